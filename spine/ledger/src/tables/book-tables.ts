import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from "kysely";
import type { InstantColumn } from "./event-tables.ts";

type NullableInstantColumn = ColumnType<Date | null, Date | string | null, Date | string | null>;
type NullableJsonColumn = ColumnType<object | null, string | null, string | null>;

/** One row per order, ours and the ERP's own. */
export interface OrderBookTable {
  readonly id: string;
  readonly number: string | null;
  readonly customer_number: string;
  readonly customer_reference: string | null;
  readonly status: string;
  readonly placed_at: InstantColumn;
  readonly skus: string[];
  /** What of an order of ours is neither over nor on a posted bill, in `currency`. */
  readonly unbilled: ColumnType<string, string | undefined, string>;
  /** `null` for an order of the ERP's own. */
  readonly currency: ColumnType<string | null, string | null | undefined, string | null>;
  /** The order-to-cash process; `null` for an order of the ERP's own. */
  readonly state: NullableJsonColumn;
  /** The ERP's document as last seen. */
  readonly source_order: NullableJsonColumn;
  readonly source_seen_at: NullableInstantColumn;
  /** Since when it is in its status; `null` of one that is over, the ERP's own, or synthetic. */
  readonly stage_since: ColumnType<
    Date | null,
    Date | string | null | undefined,
    Date | string | null
  >;
  /** Those that were told to send something of it, by code. */
  readonly warehouses: Generated<string[]>;
  /** Since when the oldest of its bills is to be raised that finance has not posted; `null` without one. */
  readonly unbilled_since: ColumnType<
    Date | null,
    Date | string | null | undefined,
    Date | string | null
  >;
  /** The end of the first day that something was promised for which still waits for stock; `null` without one. */
  readonly promised_until: ColumnType<
    Date | null,
    Date | string | null | undefined,
    Date | string | null
  >;
  /** It only finds out whether the path of an order works; by its state. */
  readonly is_synthetic: GeneratedAlways<boolean>;
}

/** One row per shipment that the warehouse told of. */
export interface ShipmentBookTable {
  readonly id: string;
  readonly number: string;
  readonly tracking_number: string | null;
  readonly customer_number: string | null;
  readonly status: string;
  readonly warehouse: string;
  readonly order_numbers: string[];
  readonly shipped_at: NullableInstantColumn;
  readonly modified_at: InstantColumn;
  readonly shipment: JSONColumnType<object>;
  readonly seen_at: InstantColumn;
}

/** One row per sales invoice that finance told of. */
export interface InvoiceBookTable {
  readonly id: string;
  readonly number: string | null;
  readonly customer_number: string;
  readonly status: string;
  readonly order_numbers: string[];
  /** `YYYY-MM-DD`. */
  readonly issued_on: string | null;
  readonly due_on: string | null;
  readonly balance: string;
  readonly invoice: JSONColumnType<object>;
  readonly seen_at: InstantColumn;
}

/** How far each source's feed of changes has been read, by the source's own time. */
export interface FeedWatermarksTable {
  readonly feed: string;
  readonly watermark: InstantColumn;
  readonly swept_at: InstantColumn;
}
