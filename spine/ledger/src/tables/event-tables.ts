import type { ColumnType, Generated, JSONColumnType } from "kysely";

/** A bigint: text of digits when read; text or a bigint when written. */
export type BigIntColumn = ColumnType<string, string | bigint, string | bigint>;
/** A timestamptz: `Date` when read; `Date` or ISO 8601 text when written. */
export type InstantColumn = ColumnType<Date, Date | string, Date | string>;

/** One row per event, in log order. */
export interface EventsTable {
  readonly position: Generated<string>;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly version: number;
  readonly subject: string;
  /** 1, 2, 3 … within the subject, without a gap. */
  readonly sequence: BigIntColumn;
  readonly occurred_at: InstantColumn;
  readonly recorded_at: InstantColumn;
  /** Whose event it is; `null` when no customer's. */
  readonly customer_number: string | null;
  readonly correlation_id: string;
  readonly causation_id: string | null;
  readonly data: JSONColumnType<Record<string, unknown>>;
}

/** The last sequence given out per subject: outlives the events that retention discards. */
export interface EventSubjectsTable {
  readonly subject: string;
  readonly last_sequence: BigIntColumn;
}

/** One row. Every event up to `discarded_through` is gone. */
export interface EventLogStateTable {
  readonly single: Generated<boolean>;
  readonly discarded_through: BigIntColumn;
}

/** How far each named consumer has come. */
export interface ConsumerOffsetsTable {
  readonly consumer: string;
  readonly position: BigIntColumn;
  readonly advanced_at: InstantColumn;
}
