import type { LedgerTransaction } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import { sql } from "kysely";
import { changeStatus } from "./change-status.ts";
import { DUE_CHANNEL, SETTLED_CHANNEL } from "./channels.ts";
import type { CommandResult } from "./command-record.ts";
import { errorColumns } from "./error-columns.ts";
import { reject, succeed } from "./handler.ts";
import type { CommandJournal } from "./journal.ts";

/** How a process ended that a command asked for. */
export type Completion =
  | { readonly kind: "done"; readonly result: CommandResult }
  | { readonly kind: "refused"; readonly code: string; readonly message: string };

/**
 * Ends a command that no worker has: what it asked for was done, or refused, by commands that a process
 * sent for it. In the transaction in which the process ends; who waits for it is told with the commit.
 * Changes nothing about a command that is settled.
 */
export type Complete = (
  trx: LedgerTransaction,
  id: string,
  completion: Completion,
) => Promise<void>;

export function createComplete(options: {
  readonly clock: Clock;
  readonly journal: CommandJournal;
}): Complete {
  const { clock, journal } = options;
  return async (trx, id, completion) => {
    const isDone = completion.kind === "done";
    const command = await changeStatus(trx, journal, {
      id,
      from: ["ACCEPTED"],
      to: isDone ? "SUCCEEDED" : "REJECTED",
      set: {
        completed_at: clock.now(),
        ...(isDone
          ? { result_typename: completion.result.typename, result_id: completion.result.id }
          : errorColumns({
              class: "BUSINESS_RULE",
              code: completion.code,
              message: completion.message,
              retryable: false,
            })),
      },
    });
    if (command === null) return;
    const outcome = isDone
      ? succeed({ ...completion.result, effects: { orders: [], events: [] } })
      : reject(completion);
    await journal.finished(trx, [{ record: command, outcome, by: command.requestedBy }]);
    await sql`select pg_notify(${SETTLED_CHANNEL}, ${id}), pg_notify(${DUE_CHANNEL}, '')`.execute(
      trx,
    );
  };
}
