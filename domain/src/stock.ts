import type { Address } from "./address.ts";
import type { Sku, WarehouseCode } from "./identifiers.ts";
import { atLeastZero, subtractQuantities, type Quantity } from "./quantity.ts";
import type { LocalDate } from "./time.ts";

export type Warehouse = {
  readonly code: WarehouseCode;
  readonly name: string;
  readonly address: Address | null;
};

/** Stock of one product in one warehouse. Every quantity is in the product's base unit. */
export type StockPosition = {
  readonly sku: Sku;
  readonly warehouse: WarehouseCode;
  /** Physically in the building, whoever it is meant for. */
  readonly onHand: Quantity;
  /** Promised to orders and reservations. */
  readonly allocated: Quantity;
  /** Announced by suppliers and not yet received. */
  readonly inbound: Quantity;
  /** Empty for products without lots. */
  readonly lots: readonly Lot[];
};

export type Lot = {
  readonly number: string;
  readonly expiresOn: LocalDate | null;
  readonly onHand: Quantity;
  readonly serials: readonly string[];
};

/** What can happen to stock. Reservations change what can be promised, the others what is on hand. */
export const INVENTORY_CHANGES = [
  "RECEIVED",
  "PICKED",
  "SHIPPED",
  "ADJUSTED",
  "COUNTED",
  "TRANSFERRED",
  "RESERVED",
  "RELEASED",
  "RETURNED",
] as const;
export type InventoryChange = (typeof INVENTORY_CHANGES)[number];

/** onHand less allocated, never below zero. */
export function availableToPromise(
  position: Pick<StockPosition, "onHand" | "allocated">,
): Quantity {
  return atLeastZero(subtractQuantities(position.onHand, position.allocated));
}
