import type { LedgerTransaction } from "@crossdock/ledger";
import type { CommandRecord, CommandResult } from "./command-record.ts";

/** What a handler says became of a command. */
export type Outcome =
  | {
      readonly kind: "succeeded";
      readonly result: CommandResult;
      /** Whatever the journal makes events of: opaque to this room. */
      readonly effects: unknown;
    }
  /** The business said no: an answer, never retried. */
  | { readonly kind: "rejected"; readonly code: string; readonly message: string };

/**
 * What else must become true with a command's change of status. The application implements it: it
 * appends to the event log and runs process managers. Both methods run inside of the transaction that
 * changes the row, as its last statements; when one throws, the change is undone and tried again.
 */
export interface CommandJournal {
  /**
   * On every change of status, acceptance included.
   * @param record as it now is
   * @param by the person or process that stepped in; left out when the command went its own way
   */
  changed(trx: LedgerTransaction, record: CommandRecord, by?: string): Promise<void>;
  /**
   * Once per command that has its answer, after `changed`; of one that was done as it was accepted, alone.
   * @param by who did it, where that was no worker
   */
  finished(
    trx: LedgerTransaction,
    record: CommandRecord,
    outcome: Outcome,
    by?: string,
  ): Promise<void>;
}
