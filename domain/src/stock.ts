import type { Address } from "./address.ts";
import type { Sku, WarehouseCode } from "./identifiers.ts";
import {
  addQuantities,
  atLeastZero,
  subtractQuantities,
  zeroQuantity,
  type Quantity,
} from "./quantity.ts";
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
  /** On its way here from another of our warehouses: in neither's `onHand`. Left out where nothing is known to be. */
  readonly inTransit?: Quantity;
  /** Whether any of it can be promised (see `StockPolicy`); it can where that is left out. */
  readonly countsTowardsAtp?: boolean;
};

export const STOCK_OWNERSHIPS = ["OWN", "CONSIGNMENT", "THIRD_PARTY", "IN_TRANSIT"] as const;
/**
 * - `OWN` the distributor's, in a building that it runs or has run for it
 * - `CONSIGNMENT` it lies here and is its supplier's until it is sold
 * - `THIRD_PARTY` it lies with somebody else, who keeps it for others too
 * - `IN_TRANSIT` it is between two places
 */
export type StockOwnership = (typeof STOCK_OWNERSHIPS)[number];

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

/** What of a position decides what can be promised. */
export type Promisable = Pick<StockPosition, "onHand" | "allocated" | "countsTowardsAtp">;

/**
 * What one warehouse can promise of a product, in its base unit: on hand less allocated, and nothing of stock that does
 * not count. What reservations hold is in `allocated` once `withHeld` has put it there.
 */
export function availableToPromise({
  onHand,
  allocated,
  countsTowardsAtp = true,
}: Promisable): Quantity {
  return countsTowardsAtp ? leftToPromise(onHand, [allocated]) : zeroQuantity(onHand.uom);
}

/**
 * What all of the warehouses can promise together, each for itself: what one has promised too much is not
 * taken from another.
 * @param positions of one product @returns `null` without any: nobody knows the unit
 */
export function totalAvailableToPromise(positions: readonly Promisable[]): Quantity | null {
  const [first, ...rest] = positions.map(availableToPromise);
  return first === undefined ? null : addQuantities(first, ...rest);
}
