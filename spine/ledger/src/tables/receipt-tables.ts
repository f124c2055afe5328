import type { ColumnType, JSONColumnType } from "kysely";
import type { InstantColumn } from "./event-tables.ts";

/** A calendar date as text, `2026-12-01`. */
type DateColumn = ColumnType<string | null, string | null, string | null>;

/** One row per receipt that a warehouse awaits or has awaited. */
export interface ReceiptBookTable {
  /** The warehouse's own. */
  readonly id: string;
  readonly warehouse: string;
  readonly purchase_order: string | null;
  /** `null` when somebody else announced it. */
  readonly key: string | null;
  readonly status: string;
  readonly expected_on: DateColumn;
  readonly lines: JSONColumnType<object[]>;
  /** When the warehouse last changed it. */
  readonly modified_at: InstantColumn;
  readonly seen_at: InstantColumn;
}

/** One row per product of a receipt that is still to come. */
export interface InboundStockTable {
  readonly receipt_id: string;
  readonly sku: string;
  readonly warehouse: string;
  readonly quantity: string;
  readonly uom: string;
  readonly expected_on: DateColumn;
}
