import type { ExceptionResolution, LastAnswer } from "@crossdock/domain";
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
  /** The business said no: an answer, never retried by itself. */
  | (Refusal & { readonly kind: "rejected" });

/** Why a source does not do it. */
export type Refusal = {
  readonly code: string;
  /** Fit for a clerk's eyes. */
  readonly message: string;
  /** In the source's own words, for operators; `null` when it was not asked. */
  readonly lastAnswer: LastAnswer | null;
};

/** A person who stepped in, and what that means to the exception that is open, if one is. */
export type SteppingIn = {
  readonly by: string;
  readonly resolution: ExceptionResolution;
  readonly note: string | null;
  /** Where that person changed what the command asks for. */
  readonly edit?: CommandEdit;
};

export type CommandEdit = {
  /** What is other than it was: `customerReference`, `lines.0.unitPrice.amount`. */
  readonly paths: readonly string[];
  /** The data as it was. */
  readonly before: unknown;
};

/** What is told of a change, as rows that the database's functions take: opaque to this room. */
export type ToldRows = {
  /** In the order in which they happened. */
  readonly events: readonly object[];
  readonly audit: readonly object[];
};

/** Rows as the database's `accept_commands` takes them. */
export type AcceptanceRows = ToldRows & {
  /** Of the book of orders. */
  readonly orders: readonly object[];
};

/**
 * What else must become true with a command's change of status. The application implements it: it
 * appends to the event log and runs process managers. `changed` and `finished` run inside of the transaction
 * that changes the row, as its last statements; when one throws, the change is undone and tried again.
 */
export interface CommandJournal {
  /**
   * What is written with the acceptance of a command, if it is accepted: said before its key is claimed, so
   * that the locks of the log and of the audit are held for one statement only. Changes nothing.
   */
  accepted(record: CommandRecord): ToldRows;
  /** As `accepted`, of a command that a worker claims. @param record as it will be */
  claimed(record: CommandRecord): ToldRows;
  /**
   * As `accepted`, of a command that has its answer.
   * @param record as it will be
   * @returns `null` when more becomes true than rows can say, as where an order moves on: then `finished` is called
   */
  answered(record: CommandRecord, outcome: Outcome): ToldRows | null;
  /**
   * On every later change of status.
   * @param record as it now is
   * @param steppedIn left out when the command went its own way
   */
  changed(trx: LedgerTransaction, record: CommandRecord, steppedIn?: SteppingIn): Promise<void>;
  /**
   * Once per command that has its answer, after `changed`; of one that was done as it was accepted, alone.
   * Commands that have theirs at the same moment come together.
   */
  finished(trx: LedgerTransaction, finished: readonly FinishedCommand[]): Promise<void>;
}

export type FinishedCommand = {
  /** As it now is. */
  readonly record: CommandRecord;
  readonly outcome: Outcome;
  /** Who did it, where that was no worker. */
  readonly by?: string;
};
