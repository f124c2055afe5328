import type { ColumnType } from "kysely";
import type { InstantColumn } from "./event-tables.ts";

type NullableInstantColumn = ColumnType<Date | null, Date | string | null, Date | string | null>;

/** One row per reservation of stock, of whatever status. */
export interface ReservationsTable {
  /** The id of the command that took it. */
  readonly id: string;
  readonly sku: string;
  readonly warehouse: string;
  /** In `uom`, the product's base unit. */
  readonly quantity: string;
  readonly uom: string;
  /** `null`: the distributor's own. */
  readonly customer_number: string | null;
  readonly client_id: string;
  readonly status: string;
  readonly reserved_at: InstantColumn;
  /** From then on it holds nothing, also while its status still says HELD. */
  readonly expires_at: InstantColumn;
  readonly ended_at: NullableInstantColumn;
  /** The order that took it. */
  readonly order_id: string | null;
  /** Since then the warehouse, not the reservation, holds what the order took. */
  readonly handed_over_at: NullableInstantColumn;
}
