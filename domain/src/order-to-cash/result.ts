import type { OrderChange, OrderState } from "../order-state.ts";
import { statusOf } from "../order-status.ts";
import type { OrderToCashResult } from "./events.ts";

/** Nothing new: nothing is asked for and nobody is told. */
export function unchanged(state: OrderState): OrderToCashResult {
  return { state, commands: [], changes: [], ended: [], compensated: [] };
}

/** Puts the status in place and tells subscribers what was reached: that the order moves again, before what moved it. */
export function moved(
  before: OrderState,
  after: OrderState,
  more: Partial<Omit<OrderToCashResult, "state">> = {},
): OrderToCashResult {
  const status = statusOf(after);
  const isOver = status === "CANCELLED" || status === "REJECTED";
  const isReleased = before.holds.length > 0 && after.holds.length === 0 && !isOver;
  const changes: OrderChange[] = [
    ...(isReleased ? ["RELEASED" as const] : []),
    ...(more.changes ?? []),
  ];
  if (status !== before.status) {
    if (status === "BACKORDERED") changes.push("BACKORDERED");
    if (status === "PICKING") changes.push("PICKING");
    if (status === "INVOICED") changes.push("INVOICED");
  }
  if (isDelivered(after) && !isDelivered(before)) changes.push("DELIVERED");
  return { ...unchanged({ ...after, status }), ...more, changes };
}

/** One result after the other, as if they were one. */
export function joined(first: OrderToCashResult, second: OrderToCashResult): OrderToCashResult {
  return {
    state: second.state,
    commands: [...first.commands, ...second.commands],
    changes: [...first.changes, ...second.changes],
    ended: [...first.ended, ...second.ended],
    compensated: [...first.compensated, ...second.compensated],
  };
}

function isDelivered({ shipments }: OrderState): boolean {
  const live = shipments.filter(({ status }) => status !== "CANCELLED");
  return live.length > 0 && live.every(({ status }) => status === "DELIVERED");
}
