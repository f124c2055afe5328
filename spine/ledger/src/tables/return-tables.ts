import type { ColumnType, JSONColumnType } from "kysely";
import type { InstantColumn } from "./event-tables.ts";

/** One row per return that a buyer asked for. */
export interface ReturnsTable {
  readonly id: string;
  readonly number: string;
  readonly order_id: string;
  readonly customer_number: string;
  readonly status: string;
  readonly lines: JSONColumnType<object[]>;
  readonly requested_at: InstantColumn;
  /** What became of it since; `null` of one that was asked for before there was a process. */
  readonly process: ColumnType<object | null, string | null | undefined, string | null>;
}
