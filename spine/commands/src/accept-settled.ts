import type { LedgerTransaction } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import type { Acceptance, CommandRequest } from "./accept.ts";
import { recordOf } from "./command-record.ts";
import type { CommandRecord, CommandResult } from "./command-record.ts";
import { databaseNow } from "./database-time.ts";
import type { CommandDefinition } from "./definition.ts";
import { succeed } from "./handler.ts";
import type { CommandJournal } from "./journal.ts";
import { columnsOf } from "./new-command.ts";
import type { MakeCommand } from "./new-command.ts";
import { readFirst } from "./recall.ts";
import { accepting } from "./spans.ts";

/** What was done, in the transaction of the command: its document, and what the journal tells of it. */
export type SettledWork = (
  trx: LedgerTransaction,
  command: CommandRecord,
) => Promise<CommandResult & { readonly effects: unknown }>;

/**
 * Accepts a command in which no source has a part and does it at once: what it changes is in our own
 * ledger, in the same transaction as the command, which is SUCCEEDED when that commits.
 * @param work not called for a repeat or a conflict; what it throws undoes the command too
 */
export type AcceptSettled = <Data>(
  trx: LedgerTransaction,
  definition: CommandDefinition<Data>,
  request: CommandRequest<Data>,
  work: SettledWork,
) => Promise<Acceptance>;

export function createAcceptSettled(options: {
  readonly clock: Clock;
  readonly make: MakeCommand;
  readonly journal: CommandJournal;
}): AcceptSettled {
  const { clock, make, journal } = options;
  const acceptSettled: AcceptSettled = async (trx, definition, request, work) => {
    const asked = make(definition, request);
    const { data, ...columns } = columnsOf(asked);
    // Whoever asks with the same key at the same moment waits here for the first to commit.
    const row = await trx
      .insertInto("commands")
      .values({
        ...columns,
        data: JSON.stringify(data),
        status: "ACCEPTED",
        due_at: databaseNow,
      })
      .onConflict((conflict) => conflict.columns(["client_id", "idempotency_key"]).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) return (await readFirst(trx, [asked]))(asked);
    // The journal comes last: it takes the lock of the event log, and rows are locked before that.
    const { typename, id, effects } = await work(trx, recordOf(row));
    const settled = await trx
      .updateTable("commands")
      .set({
        status: "SUCCEEDED",
        completed_at: clock.now(),
        result_typename: typename,
        result_id: id,
      })
      .where("id", "=", row.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const command = recordOf(settled);
    const outcome = succeed({ typename, id, effects });
    await journal.finished(trx, [{ record: command, outcome, by: command.requestedBy }]);
    return { kind: "accepted", command };
  };
  return (trx, definition, request, work) =>
    accepting(definition, () => acceptSettled(trx, definition, request, work));
}
