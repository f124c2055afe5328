import { compareDecimals, isPositive, isZero } from "./decimal.ts";
import { addQuantities, subtractQuantities, zeroQuantity, type Quantity } from "./quantity.ts";
import type { InventoryChange, StockPosition } from "./stock.ts";
import { negated } from "./stock-movement.ts";
import type { Instant } from "./time.ts";

/** Goods that a warehouse moved, as its own history tells it. */
export type ShelfMovement = {
  /** Rises with time within one warehouse: what was told before is known by it. */
  readonly number: number;
  readonly change: InventoryChange;
  /** Signed, of what is on hand. */
  readonly delta: Quantity;
  readonly at: Instant;
};

/** A level as it was somewhen between asking and answer, with what had moved until then. */
export type StockReading = {
  readonly level: StockPosition;
  /** Those since some moment, oldest first; all of them are in the level already. */
  readonly movements: readonly ShelfMovement[];
  readonly askedAt: Instant;
  readonly answeredAt: Instant;
};

/** What subscribers have been told of one position. */
export type ToldStock = {
  /** As the warehouse said; `allocated` is without our reservations. */
  readonly level: StockPosition;
  /** What our reservations hold beside it. */
  readonly held: Quantity;
  /** Number of the last movement that was seen; zero before the first. */
  readonly lastMovement: number;
};

/** A change of stock to tell. */
export type StockChange = {
  readonly change: InventoryChange;
  /** To promise for RESERVED and RELEASED, else on hand. */
  readonly delta: Quantity;
  readonly at: Instant;
};

/**
 * What has to be told so that the changes, added to what was told before, come to what is there now: each
 * once, however often the same reading comes. The movements name the changes on hand as far as they explain
 * them; a difference that none explains is a correction. What was promised to orders or given back is what is left
 * when the goods that were picked for orders are taken off.
 * @param held by our reservations now
 * @returns oldest first; empty when nothing changed that anybody could buy
 */
export function stockChangesOf(
  told: ToldStock,
  { level, movements, answeredAt }: StockReading,
  held: Quantity,
): readonly StockChange[] {
  const onHand = subtractQuantities(level.onHand, told.level.onHand);
  const fresh = movements.filter(({ number }) => number > told.lastMovement);
  const moved = explained(onHand, fresh, answeredAt);
  const picked = moved.filter(({ change }) => isPick(change));
  const promisedBefore = addQuantities(
    told.level.allocated,
    told.held,
    ...picked.map(({ delta }) => delta),
  );
  const promised = subtractQuantities(addQuantities(level.allocated, held), promisedBefore);
  if (isZero(promised.value)) return moved;
  const change = isPositive(promised.value) ? "RESERVED" : "RELEASED";
  // Orders are promised their goods before these are picked.
  return [{ change, delta: negated(promised), at: moved[0]?.at ?? answeredAt }, ...moved];
}

function isPick(change: InventoryChange): boolean {
  return change === "PICKED" || change === "SHIPPED";
}

/**
 * The newest movements that come to the difference; a level may have been read before its last movement was in the
 * history, and was told then, so that the oldest of the fresh ones may be known already.
 */
function explained(
  difference: Quantity,
  fresh: readonly ShelfMovement[],
  at: Instant,
): readonly StockChange[] {
  for (let from = 0; from <= fresh.length; from += 1) {
    const rest = fresh.slice(from);
    const sum = addQuantities(zeroQuantity(difference.uom), ...rest.map(({ delta }) => delta));
    if (compareDecimals(sum.value, difference.value) !== 0) continue;
    return rest.map(({ change, delta, at: movedAt }) => ({ change, delta, at: movedAt }));
  }
  const [first, ...others] = fresh;
  const isOfOneKind =
    first !== undefined &&
    others.every(({ change }) => change === first.change) &&
    isPositive(first.delta.value) === isPositive(difference.value);
  return [{ change: isOfOneKind ? first.change : "ADJUSTED", delta: difference, at }];
}

/**
 * The stock as it was after each of the changes, when it is `last` after all of them.
 * @param changes as `stockChangesOf` gives them @returns in their order
 */
export function stockAfterEach(
  changes: readonly StockChange[],
  last: Pick<StockPosition, "onHand" | "allocated">,
): readonly Pick<StockPosition, "onHand" | "allocated">[] {
  const backwards: Pick<StockPosition, "onHand" | "allocated">[] = [];
  let { onHand, allocated } = last;
  for (const { change, delta } of [...changes].reverse()) {
    backwards.push({ onHand, allocated });
    const isPromise = change === "RESERVED" || change === "RELEASED";
    if (!isPromise) onHand = subtractQuantities(onHand, delta);
    if (isPromise) allocated = addQuantities(allocated, delta);
    // What was promised left with the goods.
    if (isPick(change)) allocated = subtractQuantities(allocated, delta);
  }
  return backwards.reverse();
}

/** What is told of a position: what was known, moved on by a reading. */
export function toldBy(told: ToldStock, reading: StockReading, held: Quantity): ToldStock {
  const numbers = reading.movements.map(({ number }) => number);
  return {
    level: reading.level,
    held,
    lastMovement: Math.max(told.lastMovement, ...numbers),
  };
}

/** Before anything was ever there. */
export function nothingTold({ sku, warehouse, onHand }: StockPosition): ToldStock {
  const none = zeroQuantity(onHand.uom);
  const level = { sku, warehouse, onHand: none, allocated: none, inbound: none };
  return { level, held: none, lastMovement: 0 };
}
