import type { CustomerNumber, ReservationId, Sku, WarehouseCode } from "./identifiers.ts";
import { addQuantities, compareQuantities, type Quantity } from "./quantity.ts";
import { leftToPromise, type StockPosition } from "./stock.ts";
import type { Instant } from "./time.ts";

export const RESERVATION_STATUSES = ["HELD", "CONSUMED", "RELEASED", "EXPIRED"] as const;
/**
 * - `HELD` counts against what can be promised
 * - `CONSUMED` an order took it; it counts on until the warehouse has that order
 * - `RELEASED` given back by whom it was for
 * - `EXPIRED` its time ran out
 */
export type ReservationStatus = (typeof RESERVATION_STATUSES)[number];

/** Stock of one product in one warehouse, set aside for a cart or a quote. */
export type Reservation = {
  readonly id: ReservationId;
  readonly sku: Sku;
  readonly warehouse: WarehouseCode;
  /** In the product's base unit. */
  readonly quantity: Quantity;
  /** Whose it is; `null` when it is the distributor's own. */
  readonly customerNumber: CustomerNumber | null;
  readonly status: ReservationStatus;
  readonly expiresAt: Instant;
};

export const DEFAULT_RESERVATION_SECONDS = 900;
export const MAX_RESERVATION_SECONDS = 86_400;

/** What of one product reservations hold in one warehouse, in its base unit. */
export type HeldStock = { readonly warehouse: WarehouseCode; readonly quantity: Quantity };

/** What one warehouse could promise of a product before reservations, in its base unit. */
export type StockOffer = {
  readonly warehouse: WarehouseCode;
  readonly availableToPromise: Quantity;
};

/** The same positions of one product, with what is held counted as promised. */
export function withHeld(
  positions: readonly StockPosition[],
  held: readonly HeldStock[],
): readonly StockPosition[] {
  return positions.map((position) => ({
    ...position,
    allocated: addQuantities(position.allocated, ...heldIn(position.warehouse, held)),
  }));
}

/**
 * What the warehouses can promise of one product beside what is held: never below zero.
 * @param offers in any order @returns by warehouse code
 */
export function offersLeft(
  offers: readonly StockOffer[],
  held: readonly HeldStock[],
): readonly StockOffer[] {
  return [...offers]
    .sort((left, right) => (left.warehouse < right.warehouse ? -1 : 1))
    .map(({ warehouse, availableToPromise }) => ({
      warehouse,
      availableToPromise: leftToPromise(availableToPromise, heldIn(warehouse, held)),
    }));
}

/** @returns the first by warehouse code that can promise the whole; `null` when none can */
export function offerFor(wanted: Quantity, left: readonly StockOffer[]): StockOffer | null {
  return (
    left.find(({ availableToPromise }) => compareQuantities(availableToPromise, wanted) >= 0) ??
    null
  );
}

function heldIn(warehouse: WarehouseCode, held: readonly HeldStock[]): Quantity[] {
  return held.filter((part) => part.warehouse === warehouse).map(({ quantity }) => quantity);
}
