import type { SandboxClock } from "../kit/clock.ts";
import type { StockRoom } from "./stock-room.ts";
import {
  WALK,
  type LineRecord,
  type OrderRecord,
  type ShipmentState,
  type WalkState,
} from "./records.ts";

const MINUTE_MS = 60_000;
/** Warehouse time from one state to the next: about 50 minutes to the dock, 80 more on the van. */
export const STEP_DURATION_MS: Readonly<Record<Exclude<WalkState, "Processing">, number>> = {
  Picked: 20 * MINUTE_MS,
  Packed: 10 * MINUTE_MS,
  Labeled: 5 * MINUTE_MS,
  Shipped: 15 * MINUTE_MS,
  InTransit: 10 * MINUTE_MS,
  OutForDelivery: 40 * MINUTE_MS,
  Delivered: 30 * MINUTE_MS,
};
/** Whether a walking order has not come to the target yet; an exception does not walk. */
export function isBefore(state: ShipmentState, target: number): boolean {
  const at = WALK.indexOf(state as WalkState);
  return at >= 0 && at < target;
}

/** The step after `state`, due on the warehouse's clock; `null` where work ends or a person decides. */
export function nextStep(
  order: OrderRecord,
  state: ShipmentState,
  at: string,
  clock: SandboxClock,
): OrderRecord["next"] {
  const to = WALK[WALK.indexOf(state as WalkState) + 1];
  if (order.waitsForPerson || to === undefined || to === "Processing") return null;
  const waitMs = clock.scaled(STEP_DURATION_MS[to]);
  // At speed zero the warehouse stands still and moves only when it is advanced.
  return Number.isFinite(waitMs)
    ? { to, dueAt: new Date(Date.parse(at) + waitMs).toISOString() }
    : null;
}

/** Picks every line, or none when one of them is not on the shelf. */
export function pickLines(order: OrderRecord, stock: StockRoom): LineRecord[] | null {
  const enough = order.lines.every((line) => {
    if (line.inventoryId === null) return false;
    const { onHand, picked } = stock.at(line.inventoryId, order.locationId);
    const wanted = order.lines.reduce(
      (sum, { sku, quantity }) => sum + (sku === line.sku ? quantity : 0),
      0,
    );
    return onHand - picked >= wanted;
  });
  if (!enough) return null;
  return order.lines.map((line, at) => {
    if (line.quantity === 0) return { ...line, picks: [] };
    const serial = (nth: number) =>
      `${line.sku}-${String(order.orderId)}-${String(at + 1)}-${String(nth).padStart(3, "0")}`;
    return { ...line, picks: stock.pick(line, order.locationId, serial) ?? [] };
  });
}
