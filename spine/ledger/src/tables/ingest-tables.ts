import type { ColumnType, JSONColumnType } from "kysely";
import type { InstantColumn } from "./event-tables.ts";

type NullableInstantColumn = ColumnType<Date | null, Date | string | null, Date | string | null>;

/** Records of a source that wait for their orders: see the order gate of ingest. */
export interface ParkedRecordsTable {
  readonly feed: string;
  /** The source's own id of the record. */
  readonly source_id: string;
  /** All of its orders, those that the order book knows included. */
  readonly order_numbers: string[];
  readonly record: JSONColumnType<object>;
  readonly parked_at: InstantColumn;
  /** When it is recorded although its orders are not known. */
  readonly due_at: InstantColumn;
}

/** What was last heard of each feed. */
export interface FeedHealthTable {
  readonly feed: string;
  /** The source's name in `crossdock.yaml`. */
  readonly source: string;
  /** The last notification or whole sweep. */
  readonly heard_at: InstantColumn;
  /** When what was recorded last had happened at the source. */
  readonly last_event_at: NullableInstantColumn;
  /** From when that happened until it was in the book. */
  readonly lag_seconds: number | null;
}
