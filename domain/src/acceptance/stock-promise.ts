import { isPositive, minDecimal } from "../decimal.ts";
import type { ReservationId, Sku, WarehouseCode } from "../identifiers.ts";
import type { OrderDraft } from "../order.ts";
import {
  addQuantities,
  atLeastZero,
  compareQuantities,
  quantity,
  subtractQuantities,
  zeroQuantity,
  type Quantity,
} from "../quantity.ts";
import type { Reservation } from "../reservation.ts";
import { sourcingOf } from "../sourcing/order-sourcing.ts";

/** Some of one product in one warehouse, in its base unit. */
export type StockPart = {
  readonly sku: Sku;
  readonly warehouse: WarehouseCode;
  readonly quantity: Quantity;
};

/** What an order needs of each product in each warehouse: no two parts of the same place. */
export function stockWantedBy(draft: OrderDraft): readonly StockPart[] {
  const skus = new Map(draft.lines.map(({ lineNumber, sku }) => [lineNumber, sku]));
  const parts = new Map<string, StockPart>();
  for (const { lineNumber, warehouse, quantity: wanted } of sourcingOf(draft).planned) {
    const sku = skus.get(lineNumber);
    if (sku === undefined) throw new Error("A plan names a line that the order does not have.");
    const key = placeOf({ sku, warehouse });
    const known = parts.get(key);
    const sum = known === undefined ? wanted : addQuantities(known.quantity, wanted);
    parts.set(key, { sku, warehouse, quantity: sum });
  }
  return [...parts.values()];
}

export type PromiseQuestion = {
  /** What the order needs; no two of the same place. */
  readonly wanted: readonly StockPart[];
  /** What the warehouses could promise before anything of ours; a place that is missing has nothing. */
  readonly offers: readonly StockPart[];
  /** What is promised to others, and to other orders of the same account; places may repeat. */
  readonly promised: readonly StockPart[];
  /** Reservations that the order takes whole. */
  readonly named: readonly Reservation[];
  /** Other reservations of the same account: what it has set aside is never in the way of its own order. */
  readonly own: readonly Reservation[];
};

export type PromiseAnswer =
  | ({
      readonly kind: "promised";
      /** To be set aside for the order, beside the reservations that it takes. */
      readonly parts: readonly StockPart[];
    } & UsedReservations)
  | { readonly kind: "short"; readonly shortages: readonly Shortage[] };

/** What an order needs of reservations of its account that it did not name. */
export type UsedReservations = {
  /** Used up: as good as named. */
  readonly consumed: readonly Reservation[];
  /** Used up to this part; the rest stays reserved. */
  readonly reduced: readonly { readonly id: ReservationId; readonly quantity: Quantity }[];
};

export type Shortage = StockPart & {
  /** What the order could have there. */
  readonly available: Quantity;
};

/**
 * Whether an order can have what it wants beside everything that is promised, to the last piece. The account's own
 * reservations are used up only where nothing else is left, those that expire first before the others.
 */
export function promiseStock(question: PromiseQuestion): PromiseAnswer {
  const parts: StockPart[] = [];
  const consumed: Reservation[] = [];
  const reduced: { readonly id: ReservationId; readonly quantity: Quantity }[] = [];
  const shortages: Shortage[] = [];
  for (const want of question.wanted) {
    const { uom } = want.quantity;
    const sumAt = (all: readonly StockPart[]): Quantity =>
      addQuantities(
        zeroQuantity(uom),
        ...all.filter((part) => placeOf(part) === placeOf(want)).map((part) => part.quantity),
      );
    const { offers, promised, named, own } = question;
    const free = atLeastZero(
      subtractQuantities(sumAt(offers), sumAt(promised), sumAt(named), sumAt(own)),
    );
    let need = atLeastZero(subtractQuantities(want.quantity, sumAt(named)));
    let missing = atLeastZero(subtractQuantities(need, free));
    for (const reservation of ownAt(want, own)) {
      const part = quantity(minDecimal(missing.value, reservation.quantity.value), uom);
      if (!isPositive(part.value)) break;
      missing = subtractQuantities(missing, part);
      if (compareQuantities(part, reservation.quantity) < 0) {
        reduced.push({ id: reservation.id, quantity: part });
      } else {
        consumed.push(reservation);
        need = subtractQuantities(need, part);
      }
    }
    if (isPositive(missing.value)) {
      shortages.push({ ...want, available: subtractQuantities(want.quantity, missing) });
    } else if (isPositive(need.value)) {
      parts.push({ ...want, quantity: need });
    }
  }
  if (shortages.length > 0) return { kind: "short", shortages };
  return { kind: "promised", parts, consumed, reduced };
}

/** What is left of reservations of which some was used. */
export function withoutUsed(
  reservations: readonly Reservation[],
  { consumed, reduced }: UsedReservations,
): readonly Reservation[] {
  const gone = new Set(consumed.map(({ id }) => id));
  const used = new Map(reduced.map(({ id, quantity: part }) => [id, part]));
  return reservations
    .filter(({ id }) => !gone.has(id))
    .map((reservation) => {
      const part = used.get(reservation.id);
      if (part === undefined) return reservation;
      return { ...reservation, quantity: subtractQuantities(reservation.quantity, part) };
    });
}

function ownAt(want: StockPart, own: readonly Reservation[]): readonly Reservation[] {
  return own
    .filter((reservation) => placeOf(reservation) === placeOf(want))
    .sort((left, right) =>
      left.expiresAt === right.expiresAt
        ? left.id < right.id
          ? -1
          : 1
        : left.expiresAt < right.expiresAt
          ? -1
          : 1,
    );
}

function placeOf({ sku, warehouse }: Pick<StockPart, "sku" | "warehouse">): string {
  return `${sku} ${warehouse}`;
}
