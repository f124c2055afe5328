import type { Address } from "./address.ts";
import type { Sku, WarehouseCode } from "./identifiers.ts";
import { addQuantities, atLeastZero, subtractQuantities, type Quantity } from "./quantity.ts";
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
};

/** What `onHand` of one product in one warehouse is made of. */
export type LotsInWarehouse = {
  readonly sku: Sku;
  readonly warehouse: WarehouseCode;
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

/**
 * What of some stock can still be promised: less what is promised already, never below zero. Whoever tells or checks
 * what is available asks here.
 * @throws {UnitMismatchError} when the units differ
 */
export function leftToPromise(stock: Quantity, promised: readonly Quantity[]): Quantity {
  return atLeastZero(subtractQuantities(stock, ...promised));
}

/**
 * What one warehouse can promise of a product, in its base unit: on hand less allocated. What reservations hold is in
 * `allocated` once `withHeld` has put it there.
 */
export function availableToPromise({
  onHand,
  allocated,
}: Pick<StockPosition, "onHand" | "allocated">): Quantity {
  return leftToPromise(onHand, [allocated]);
}

/**
 * What all of the warehouses can promise together, each for itself: what one has promised too much is not
 * taken from another.
 * @param positions of one product @returns `null` without any: nobody knows the unit
 */
export function totalAvailableToPromise(
  positions: readonly Pick<StockPosition, "onHand" | "allocated">[],
): Quantity | null {
  const [first, ...rest] = positions.map(availableToPromise);
  return first === undefined ? null : addQuantities(first, ...rest);
}
