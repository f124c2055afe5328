import type { SandboxClock } from "../kit/clock.ts";
import type { OrderInput } from "./order-input.ts";
import type { OrderBook } from "./order-book.ts";
import { isBefore, nextStep, pickLines } from "./floor-steps.ts";
import type { MovementLog } from "./movement-log.ts";
import type { StockRoom } from "./stock-room.ts";
import {
  WALK,
  type LineRecord,
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
  /** Moves an order through every step up to `to`, now. @returns whether it is that far. */
  advance(order: OrderRecord, to: WalkState): boolean;
  /** Stock came to a location: exceptions that wait for it go on, oldest first. */
  retryExceptions(locationId: number): void;
  /** Takes up the work where the last run of the sandbox left it. */
  resume(): void;
  stop(): void;
}

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
  const step = (order: OrderRecord, to: WalkState, at: string): OrderRecord => {
    if (to === "Picked") {
      const lines = pickLines(order, stock);
      if (lines === null) {
        stock.release(order.lines, order.locationId);
        return standAside(order, at);
      }
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

  const retryExceptions = (locationId: number) => {
    for (const order of [...orders.values()]) {
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
    advance(order, to) {
      const target = WALK.indexOf(to);
      let current: OrderRecord | null = order;
      if (order.state === "Exception") current = takeUp(order, clock.now().toISOString());
      while (current !== null && isBefore(current.state, target)) {
        const following = WALK[WALK.indexOf(current.state as WalkState) + 1] ?? "Delivered";
        current = step(current, following, clock.now().toISOString());
      }
      if (current === null) return false;
      schedule(current);
      return WALK.indexOf(current.state as WalkState) >= target;
    },
    retryExceptions,
    resume() {
      for (const order of orders.values()) if (order.next !== null) schedule(order);
    },
    stop() {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
