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
  /** As of a command. */
  readonly traceparent: string | null;
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

/** An event that could not be read: passed over at its place, until a person releases it at the end of the log. */
export interface EventQuarantineTable {
  /** Its place in the log. */
  readonly position: BigIntColumn;
  readonly event_id: string;
  /** The event's attributes and data as they were found: what retention discards, stays here. */
  readonly event: JSONColumnType<Record<string, unknown>>;
  readonly reason: string;
  readonly found_at: InstantColumn;
  readonly released_at: ColumnType<Date | null, Date | string | null, Date | string | null>;
  readonly released_by: string | null;
  /** Where the repaired event stands. */
  readonly released_as: ColumnType<string | null, string | null, string | null>;
}
