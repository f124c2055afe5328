import { useState } from "react";
import { request } from "../../api/request.ts";
import { Button } from "../../components/controls.tsx";
import { AskDialog } from "../../components/dialog.tsx";
import { tell } from "../../components/toasts.tsx";
import { counted } from "../../components/words.ts";
import {
  resolveExceptions,
  retryCommands,
  type OutcomeFragment,
} from "../../generated/operations.ts";
import { ResolveDialog } from "./resolve-dialog.tsx";

/** So many one request names; more are sent as several. */
const MAX_IDS = 100;
/** Of what was refused so many are told by name. */
const MAX_TOLD = 3;

/** What can be done to all that are chosen. */
export function BulkBar({
  ids,
  onDone,
}: {
  readonly ids: ReadonlySet<string>;
  readonly onDone: () => void;
}) {
  const [asks, setAsks] = useState<"retry" | "resolve" | null>(null);
  const all = counted(ids.size, "exception");
  const close = () => {
    setAsks(null);
  };
  const toAll = async (send: (some: readonly string[]) => Promise<OutcomeFragment>) => {
    const outcomes: OutcomeFragment[] = [];
    for (const some of chunks([...ids], MAX_IDS)) outcomes.push(await send(some));
    report(outcomes);
    onDone();
  };
  return (
    <div className="bulk row spread" role="group" aria-label="Chosen exceptions">
      <span>
        <strong>{all}</strong> chosen
      </span>
      <span className="row">
        <Button
          onPress={() => {
            setAsks("retry");
          }}
        >
          Retry all
        </Button>
        <Button
          onPress={() => {
            setAsks("resolve");
          }}
        >
          Resolve all …
        </Button>
        <Button look="quiet" onPress={onDone}>
          Choose none
        </Button>
      </span>
      {asks === "retry" ? (
        <AskDialog
          title={`Retry ${all}?`}
          verb="Retry all"
          onClose={close}
          onDo={() =>
            toAll(async (some) => {
              const { retryCommands: outcome } = await request(retryCommands, {
                filter: { ids: some },
                first: some.length,
              });
              return outcome;
            })
          }
        >
          <p>Each is looked up at its source first and sent only if it is not there.</p>
        </AskDialog>
      ) : null}
      {asks === "resolve" ? (
        <ResolveDialog
          title={`Resolve ${all}`}
          verb="Resolve all"
          onClose={close}
          onResolve={(resolution, note) =>
            toAll(async (some) => {
              const { resolveExceptions: outcome } = await request(resolveExceptions, {
                filter: { ids: some },
                first: some.length,
                resolution,
                note,
              });
              return outcome;
            })
          }
        />
      ) : null}
    </div>
  );
}

function report(outcomes: readonly OutcomeFragment[]): void {
  const done = outcomes.reduce((sum, outcome) => sum + outcome.done, 0);
  const refused = outcomes.flatMap((outcome) => outcome.refused);
  if (refused.length === 0) {
    tell("ok", `${counted(done, "exception")} done.`);
    return;
  }
  const told = refused.slice(0, MAX_TOLD).map(({ id, message }) => `${id}: ${message}`);
  const more = refused.length > MAX_TOLD ? ` And ${String(refused.length - MAX_TOLD)} more.` : "";
  tell("bad", `${String(done)} done, ${String(refused.length)} refused. ${told.join(" ")}${more}`);
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_each, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
