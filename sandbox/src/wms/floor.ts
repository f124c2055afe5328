import type { SandboxClock } from "../kit/clock.ts";
import type { OrderInput } from "./order-input.ts";
import type { OrderBook } from "./order-book.ts";
import { isBefore, nextStep, pickLines } from "./floor-steps.ts";
import { createFindings } from "./findings.ts";
import { foundAt, isNothingLeft, splitLines, withoutMishap } from "./mishaps.ts";
import type { MovementLog } from "./movement-log.ts";
import type { StockRoom } from "./stock-room.ts";
import {
  WALK,
  type LineRecord,
  type Mishap,
  type OrderRecord,
  type ShipmentState,
  type WalkState,
} from "./records.ts";

/** Longer waits overflow a Node timer; the floor looks again when this has passed. */
const MAX_TIMER_MS = 2_000_000_000;

export interface Floor {
  /** Books the order in; short stock makes it an exception at once. */
  receive(
    input: OrderInput,
    lines: readonly LineRecord[],
    channelId: number,
    locationId: number,
  ): OrderRecord;
  /** @returns the reason why the order is past cancelling, or `null` when it is cancelled. */
  cancel(order: OrderRecord): string | null;
  /**
   * Moves an order through every step up to `to`, now.
   * @returns whether it is that far; also not when what shall happen on the way can happen no more
   */
  advance(order: OrderRecord, to: WalkState, handling?: Handling): boolean;
  /** Stock came to a location: exceptions that wait for it go on, oldest first. */
  retryExceptions(locationId: number): void;
  /** Takes up the work where the last run of the sandbox left it. */
  resume(): void;
  stop(): void;
}

/** How people handle an order that is not just sent as it is. */
export type Handling = {
  readonly mishap?: Mishap;
  /** How many cartons it is packed in. */
  readonly parcels?: number;
  /** What leaves in a shipment of its own, which stays where the order is. */
  readonly later?: Mishap["short"];
};

type FloorDeps = {
  readonly orders: OrderBook;
  readonly stock: StockRoom;
  readonly movements: MovementLog;
  readonly clock: SandboxClock;
  readonly onChange: (order: OrderRecord, state: ShipmentState) => void;
};

/**
 * The people of the warehouse. Each step falls due at a stored instant, so that a restart goes on
 * where it was and catches up at once with what fell due meanwhile.
 */
export function createFloor({ orders, stock, movements, clock, onChange }: FloorDeps): Floor {
  const timers = new Map<number, NodeJS.Timeout>();
  const findings = createFindings({ stock, movements, onPutBack: (at) => retryExceptions(at) });
  let stopped = false;

  const clear = (orderId: number) => {
    clearTimeout(timers.get(orderId));
    timers.delete(orderId);
  };
  const schedule = ({ orderId, next }: OrderRecord) => {
    clear(orderId);
    if (next === null || stopped) return;
    const waitMs = Math.max(0, Date.parse(next.dueAt) - clock.now().getTime());
    timers.set(
      orderId,
      setTimeout(() => workOff(orderId), Math.min(waitMs, MAX_TIMER_MS)),
    );
  };
  const workOff = (orderId: number) => {
    let order = orders.get(orderId);
    while (order?.next != null && Date.parse(order.next.dueAt) <= clock.now().getTime()) {
      order = step(order, order.next.to, order.next.dueAt);
    }
    if (order !== undefined) schedule(order);
  };
  const save = (order: OrderRecord) => {
    orders.put(order);
    onChange(order, order.state);
    return order;
  };
  const enter = (order: OrderRecord, state: ShipmentState, at: string): OrderRecord => ({
    ...order,
    state,
    reached: [...order.reached, { state, at }],
    shortages: [],
    next: nextStep(order, state, at, clock),
    updatedAt: clock.now().toISOString(),
  });
  const standAside = (order: OrderRecord, at: string): OrderRecord =>
    save({
      ...enter(order, "Exception", at),
      shortages: stock.shortages(order.lines, order.locationId),
    });

  /** One step of the walk; a pick from an empty shelf makes the order an exception instead. */
  const step = (asked: OrderRecord, to: WalkState, at: string): OrderRecord => {
    const { mishap = null } = asked;
    const isMet = mishap !== null && foundAt(mishap) === to;
    const order = isMet ? findings.meet(asked, mishap, at) : asked;
    if (isMet && isNothingLeft(order)) {
      if (to === "Picked") findings.emptyShelves(order, at);
      return save(enter(order, "Cancelled", at));
    }
    if (to === "Picked") {
      const lines = pickLines(order, stock);
      if (lines === null) {
        stock.release(order.lines, order.locationId);
        return standAside(order, at);
      }
      if (isMet) findings.emptyShelves(order, at);
      return save({ ...enter(order, to, at), lines });
    }
    if (to === "Shipped") {
      for (const line of order.lines) stock.ship(line, order.locationId);
      movements.recordShipped(order, at);
    }
    return save(enter(order, to, at));
  };

  /** Commits the stock of an order that has none yet. @returns `null` while it is short. */
  const takeUp = (order: OrderRecord, at: string): OrderRecord | null => {
    if (stock.shortages(order.lines, order.locationId).length > 0) return null;
    stock.commit(order.lines, order.locationId);
    return save(enter(order, "Processing", at));
  };

  /** The order as it shall be handled; `null` when it is too late for that. */
  const prepare = (order: OrderRecord, handling: Handling): OrderRecord | null => {
    const { mishap, parcels, later } = handling;
    if (mishap === undefined && parcels === undefined && later === undefined) return order;
    const foundLast = mishap === undefined ? "Packed" : foundAt(mishap);
    if (!isBefore(order.state, WALK.indexOf(foundLast))) return null;
    const parts = later === undefined ? null : splitLines(order.lines, later);
    if (later !== undefined && (parts === null || order.state !== "Processing")) return null;
    const lines = parts?.first ?? order.lines;
    if (mishap !== undefined && withoutMishap(lines, mishap) === null) return null;
    if (parts !== null) {
      const part = { ...order, ...orders.nextIds(), lines: parts.later, splitFrom: order.orderId };
      schedule(save(part));
    }
    const prepared = {
      ...order,
      lines,
      ...(mishap === undefined ? {} : { mishap }),
      ...(parcels === undefined ? {} : { parcels }),
    };
    orders.put(prepared);
    return prepared;
  };

  const retryExceptions = (locationId: number) => {
    for (const order of [...orders.shipments()]) {
      if (order.state !== "Exception" || order.locationId !== locationId) continue;
      const taken = takeUp(order, clock.now().toISOString());
      if (taken !== null) schedule(taken);
    }
  };

  return {
    receive(input, lines, channelId, locationId) {
      const at = clock.now().toISOString();
      const booked: OrderRecord = {
        ...orders.nextIds(),
        channelId,
        locationId,
        input,
        lines,
        state: "Processing",
        reached: [],
        shortages: [],
        next: null,
        waitsForPerson: false,
        createdAt: at,
        updatedAt: at,
      };
      const order = takeUp(booked, at) ?? standAside(booked, at);
      schedule(order);
      return order;
    },
    cancel(order) {
      if (order.state === "Cancelled") return null;
      if (order.state !== "Processing" && order.state !== "Exception") {
        return `The shipment is ${order.state} and can no longer be cancelled.`;
      }
      if (order.state === "Processing") stock.release(order.lines, order.locationId);
      clear(order.orderId);
      save(enter(order, "Cancelled", clock.now().toISOString()));
      retryExceptions(order.locationId);
      return null;
    },
    advance(asked, to, handling = {}) {
      const target = WALK.indexOf(to);
      const order = prepare(asked, handling);
      let current: OrderRecord | null = order;
      if (order === null) return false;
      if (order.state === "Exception") current = takeUp(order, clock.now().toISOString());
      while (current !== null && isBefore(current.state, target)) {
        const following = WALK[WALK.indexOf(current.state as WalkState) + 1] ?? "Delivered";
        current = step(current, following, clock.now().toISOString());
      }
      if (current === null) return false;
      schedule(current);
      // Where nothing was left to send, there is nothing to move any further.
      if (current.state === "Cancelled") return true;
      return WALK.indexOf(current.state as WalkState) >= target;
    },
    retryExceptions,
    resume() {
      for (const order of orders.shipments()) if (order.next !== null) schedule(order);
    },
    stop() {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
