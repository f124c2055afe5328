import type { Generated } from "kysely";
import type { InstantColumn } from "./event-tables.ts";

/** One row for each product and warehouse: the stock as subscribers know it. Quantities are in `uom`. */
export interface StockBookTable {
  readonly sku: string;
  readonly warehouse: string;
  /** The product's base unit. */
  readonly uom: string;
  readonly on_hand: string;
  /** By the warehouse, for orders that it has. */
  readonly allocated: string;
  readonly inbound: string;
  /** By our reservations, as far as it was told; the reservations themselves may be a moment ahead. */
  readonly held: string;
  /** The warehouse's number of the last movement that is in `on_hand`. */
  readonly last_movement: string;
  /** When the warehouse had answered with the figures. */
  readonly read_at: InstantColumn;
  /** Whether any of it can be promised. */
  readonly counts_towards_atp: Generated<boolean>;
  /** On its way here from another of our warehouses; in nobody's `on_hand`. */
  readonly in_transit: Generated<string>;
}

/** One row for each product of which the feed has read all levels at once: all of its rows in the stock book are true as of then. */
export interface StockLooksTable {
  readonly sku: string;
  /** When the warehouse was asked; what the book has of the product since is newer. */
  readonly looked_at: InstantColumn;
}
