import {
  Grid2x2,
  Handshake,
  ListChecks,
  LogOut,
  Route as RouteIcon,
  Server,
  TriangleAlert,
  Workflow,
} from "lucide-react";
import { useEffect, useRef, type ComponentType } from "react";
import { hangUp } from "../api/live.ts";
import { Button, Segments } from "../components/controls.tsx";
import { Link } from "../components/link.tsx";
import { count } from "../components/words.ts";
import { ExceptionsBoard } from "../boards/exceptions/exceptions-board.tsx";
import { FlowBoard } from "../boards/flow/flow-board.tsx";
import { PartnersBoard } from "../boards/partners/partners-board.tsx";
import { ReconciliationBoard } from "../boards/reconciliation/reconciliation-board.tsx";
import { SourcesBoard } from "../boards/sources/sources-board.tsx";
import { TransactionBoard } from "../boards/transaction/transaction-board.tsx";
import { openExceptions, followExceptions } from "../live/exceptions.ts";
import { BOARDS, route, type Board } from "../routing/route.ts";
import { session } from "../session/session.ts";
import { useStore } from "../store.ts";
import { chooseTheme, theme, THEMES } from "../theme/theme.ts";
import { ConnectionState } from "./connection-state.tsx";
import { Keys } from "./keys.tsx";

type Icon = ComponentType<{ readonly size?: number; readonly "aria-hidden"?: boolean }>;

const NAMES: Readonly<Record<Board, readonly [string, Icon, ComponentType]>> = {
  flow: ["Flow", Workflow, FlowBoard],
  exceptions: ["Exceptions", TriangleAlert, ExceptionsBoard],
  sources: ["Sources", Server, SourcesBoard],
  partners: ["Partners", Handshake, PartnersBoard],
  reconciliation: ["Reconciliation", ListChecks, ReconciliationBoard],
  transaction: ["Transaction", RouteIcon, TransactionBoard],
};

/** The page around the boards, for who is signed in. */
export function Shell({ name }: { readonly name: string }) {
  const { board } = useStore(route);
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  const [title, , BoardView] = NAMES[board];
  useEffect(() => {
    const stop = followExceptions();
    return () => {
      stop();
      hangUp();
    };
  }, []);
  useEffect(() => {
    document.title = `${title} · Crossdock tower`;
    // Who goes to another board by keyboard reads on there.
    if (!isFirst.current) main.current?.focus();
    isFirst.current = false;
  }, [title]);
  return (
    <div className="shell">
      <a className="skip" href="#board">
        Skip to the board
      </a>
      <nav className="menu" aria-label="Boards">
        <div className="brand">
          <Grid2x2 size={18} aria-hidden /> Crossdock
        </div>
        <ul>
          {BOARDS.map((each) => (
            <li key={each}>
              <MenuLink board={each} isCurrent={each === board} />
            </li>
          ))}
        </ul>
        <Person name={name} />
      </nav>
      <header className="top">
        <h1>{title}</h1>
        <ConnectionState />
        <Keys />
      </header>
      <main className="board" id="board" ref={main} tabIndex={-1} aria-label={title}>
        <BoardView />
      </main>
    </div>
  );
}

function MenuLink({ board, isCurrent }: { readonly board: Board; readonly isCurrent: boolean }) {
  const [name, BoardIcon] = NAMES[board];
  return (
    <Link to={{ board, id: null, query: {} }} isCurrent={isCurrent}>
      <BoardIcon size={17} aria-hidden />
      <span>{name}</span>
      {board === "exceptions" ? <OpenCount /> : null}
    </Link>
  );
}

function OpenCount() {
  const { rows } = useStore(openExceptions);
  if (rows.size === 0) return null;
  return (
    <span className="count bad">
      {count(rows.size)}
      <span className="hidden"> open</span>
    </span>
  );
}

const THEME_NAMES = { system: "Auto", light: "Light", dark: "Dark" } as const;

function Person({ name }: { readonly name: string }) {
  const chosen = useStore(theme);
  return (
    <div className="person">
      <Segments
        label="Colours"
        options={THEMES.map((id) => ({ id, name: THEME_NAMES[id] }))}
        value={chosen}
        onChange={(id) => {
          chooseTheme(THEMES.find((each) => each === id) ?? "system");
        }}
      />
      <div className="row spread">
        <span className="soft wrap">{name}</span>
        <Button
          look="icon"
          aria-label="Sign out"
          onPress={() => {
            session.signOut();
          }}
        >
          <LogOut size={16} aria-hidden />
        </Button>
      </div>
    </div>
  );
}
