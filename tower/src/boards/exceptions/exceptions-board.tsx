import { SlidersHorizontal } from "lucide-react";
import { useDeferredValue, useMemo, useState } from "react";
import { useNow } from "../../clock.ts";
import { Age, Due } from "../../components/age.tsx";
import { Button } from "../../components/controls.tsx";
import { Empty } from "../../components/panel.tsx";
import { Status } from "../../components/status.tsx";
import { VirtualGrid, type Column } from "../../components/virtual-grid.tsx";
import { count, counted, words } from "../../components/words.ts";
import { openExceptions, type ExceptionRow } from "../../live/exceptions.ts";
import { go, route } from "../../routing/route.ts";
import { useStore } from "../../store.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { chooseRows, readSelection, writeSelection, type Selection } from "./choose-rows.ts";
import { toneOfClass } from "./class-tone.ts";
import { ExceptionDetail } from "./exception-detail.tsx";
import { Filters } from "./filters.tsx";

const ROW_PX = 52;
/** Ages need no finer look at what is overdue than this. */
const OVERDUE_STEP_MS = 10_000;
const NOBODY: ReadonlySet<string> = new Set();

/** What waits for a person, and what that person can do about it. */
export function ExceptionsBoard() {
  const { id, query } = useStore(route);
  const { rows, expected, isComplete, hasMore, refusal } = useStore(openExceptions);
  const [chosen, setChosen] = useState(NOBODY);
  const [isFiltering, setFiltering] = useState(false);
  const selection = useMemo(() => readSelection(query), [query]);
  const deferred = useDeferredValue(selection);
  const stepMs = Math.floor(useNow() / OVERDUE_STEP_MS) * OVERDUE_STEP_MS;
  const shown = useMemo(
    () => chooseRows(rows.values(), deferred, stepMs),
    [rows, deferred, stepMs],
  );
  const overdue = useMemo(() => countOverdue(rows.values(), stepMs), [rows, stepMs]);
  const stillThere = useMemo(
    () => new Set([...chosen].filter((each) => rows.has(each))),
    [chosen, rows],
  );
  const open = (to: string | null) => {
    go({ board: "exceptions", id: to, query });
  };
  const select = (next: Selection) => {
    go({ board: "exceptions", id, query: writeSelection(next) }, "replace");
  };
  const all = rows.size;
  return (
    <div className={`exceptions${id === null ? "" : " opened"}${isFiltering ? " filtering" : ""}`}>
      <div className="stack">
        <Filters rows={rows} selection={selection} onSelect={select}>
          <span className="more">
            <Button
              aria-expanded={isFiltering}
              onPress={() => {
                setFiltering(!isFiltering);
              }}
            >
              <SlidersHorizontal size={14} aria-hidden /> Filter
            </Button>
          </span>
        </Filters>
        <div className="row spread summary">
          <span>
            <strong>{count(shown.length)}</strong> of {counted(all, "open exception")}
            {overdue > 0 ? <span className="overdue"> · {count(overdue)} overdue</span> : null}
          </span>
          {isComplete ? null : (
            <span className="soft">
              Reading {count(all)}
              {expected === null ? "" : ` of ${count(expected)}`} …
            </span>
          )}
          {isComplete && hasMore ? <span className="soft">Older ones wait as well.</span> : null}
        </div>
        {refusal === null ? null : (
          <p className="notice" data-tone="bad" role="alert">
            Changes do not come any more: {refusal.message} Load the page again.
          </p>
        )}
        {stillThere.size === 0 ? null : (
          <BulkBar
            ids={stillThere}
            onDone={() => {
              setChosen(NOBODY);
            }}
          />
        )}
      </div>
      <div className="split">
        {shown.length === 0 ? (
          <div className="card">
            {all === 0 ? (
              <Empty title="Nothing waits for a person">
                Every command was done, or is on its way. New exceptions appear here within seconds.
              </Empty>
            ) : (
              <Empty title="None of this kind">
                {counted(all, "exception")} wait; the filter chooses none of them.
              </Empty>
            )}
          </div>
        ) : (
          <VirtualGrid
            label="Open exceptions"
            rows={shown}
            columns={COLUMNS}
            rowHeight={ROW_PX}
            openId={id}
            chosen={stillThere}
            onOpen={(row) => {
              open(row.id);
            }}
            onChoose={setChosen}
            labelOf={({ code, subject }) => `${words(code)} of ${subject?.id ?? "a feed"}`}
          />
        )}
        {id === null ? null : (
          <ExceptionDetail
            key={id}
            id={id}
            onClose={() => {
              open(null);
            }}
          />
        )}
      </div>
    </div>
  );
}

function countOverdue(rows: Iterable<ExceptionRow>, nowMs: number): number {
  const now = new Date(nowMs).toISOString();
  let overdue = 0;
  for (const { dueAt } of rows) if (dueAt <= now) overdue += 1;
  return overdue;
}

const COLUMNS: readonly Column<ExceptionRow>[] = [
  {
    id: "what",
    name: "What",
    show: ({ code, summary, subject }) => (
      <span className="two-lines">
        <span>
          <strong>{words(code)}</strong>
          {subject == null ? null : (
            <span className="soft">
              {" "}
              · {subject.typename} {subject.id}
            </span>
          )}
        </span>
        <small title={summary}>{summary}</small>
      </span>
    ),
  },
  {
    id: "class",
    name: "Class",
    show: ({ class: kind }) =>
      kind == null ? (
        <Status tone="idle">Unknown</Status>
      ) : (
        <Status tone={toneOfClass(kind)}>{words(kind)}</Status>
      ),
  },
  { id: "owner", name: "Owner", show: ({ owner }) => words(owner) },
  {
    id: "opened",
    name: "Waits",
    show: ({ openedAt }) => <Age since={openedAt} />,
  },
  {
    id: "due",
    name: "Due",
    show: ({ dueAt }) => <DueCell at={dueAt} />,
  },
];

function DueCell({ at }: { readonly at: string }) {
  const now = useNow();
  return (
    <span className={Date.parse(at) <= now ? "overdue" : ""}>
      <Due at={at} />
    </span>
  );
}
