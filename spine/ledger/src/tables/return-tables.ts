import type { JSONColumnType } from "kysely";
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
}
