import type { ColumnType, JSONColumnType } from "kysely";
import type { BigIntColumn, InstantColumn } from "./event-tables.ts";

/** One row per attempt at a command that called its source; they leave with the events of their time. */
export interface CommandAttemptsTable {
  readonly command_id: string;
  /** 1, 2, 3 … within the command. */
  readonly attempt: number;
  /** The system that was called. */
  readonly lane: string;
  readonly started_at: InstantColumn;
  readonly ended_at: InstantColumn;
  /** The status that the command came to, with the code of an error behind it. */
  readonly outcome: string;
  /** What the source made, or had of it. */
  readonly document_id: string | null;
}

/** One row per shipment whose bill finance has posted. */
export interface BilledShipmentsTable {
  readonly invoice_number: string;
  readonly order_id: string;
  /** Since then it was to be billed. */
  readonly shipped_at: InstantColumn;
  readonly posted_at: InstantColumn;
}

/** One row a minute. */
export interface FlowSamplesTable {
  readonly at: InstantColumn;
  /** How many open orders are in each stage: `{"PICKING": 12}`. */
  readonly stages: JSONColumnType<Record<string, number>>;
}

/** One row for each client and minute in which it asked for something. */
export interface ClientMinutesTable {
  readonly client_id: string;
  readonly minute: InstantColumn;
  /** Operations that were let in. */
  readonly answered: ColumnType<number, number, number>;
  /** Of these, those with an error in their answer. */
  readonly failed: ColumnType<number, number, number>;
  /** Operations that were not let in. */
  readonly refused: ColumnType<number, number, number>;
  readonly points: BigIntColumn;
}
