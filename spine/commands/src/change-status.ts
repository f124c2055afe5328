import type { LedgerTables, LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import type { UpdateObject } from "kysely";
import { isSettled, recordOf } from "./command-record.ts";
import type { CommandRecord, CommandStatus } from "./command-record.ts";
import type { CommandJournal, SteppingIn } from "./journal.ts";

export type StatusChange = {
  readonly id: string;
  /** The change is made only from one of these. */
  readonly from: readonly CommandStatus[];
  /** … and only by the attempt that holds the lease, where one is named. */
  readonly leaseToken?: string;
  readonly to: CommandStatus;
  /** Left out when the command goes its own way. */
  readonly steppedIn?: SteppingIn;
  readonly set: UpdateObject<LedgerTables, "commands">;
};

/**
 * The one way in which a command comes to another status: guarded, and told to the journal.
 * @returns the command as it now is; `null` when the guard did not hold and nothing changed
 */
export async function changeStatus(
  trx: LedgerTransaction,
  journal: CommandJournal,
  { id, from, leaseToken, to, steppedIn, set }: StatusChange,
): Promise<CommandRecord | null> {
  let update = trx
    .updateTable("commands")
    .set({ ...set, status: to })
    .where("id", "=", id)
    .where("status", "in", from);
  if (leaseToken !== undefined) update = update.where("lease_token", "=", leaseToken);
  const row = await update.returningAll().executeTakeFirst();
  if (row === undefined) return null;
  const record = recordOf(row);
  if (isSettled(record)) await sql`select wake_next_command(${record.subject})`.execute(trx);
  await journal.changed(trx, record, steppedIn);
  return record;
}
