import type { OrderStatus } from "./order.ts";
import type { OrderState } from "./order-state.ts";
import { isOut } from "./order-shipment.ts";
import { compareQuantities } from "./quantity.ts";

/**
 * The one status of an order that we took, from what is known of its shipments and bills. Goods
 * and money do not flow backwards, so an invoiced order that is delivered later stays INVOICED;
 * the delivery is in its timeline.
 */
export function statusOf(state: OrderState): OrderStatus {
  if (state.status === "REJECTED" || state.status === "CANCELLED") return state.status;
  if (state.number === null) return state.holds.length > 0 ? "ON_HOLD" : "SUBMITTED";
  const live = state.shipments.filter(({ status }) => status !== "CANCELLED");
  const out = live.filter(isOut);
  if (isFull(state, "invoiced")) return "INVOICED";
  if (isFull(state, "shipped")) {
    return out.every(({ status }) => status === "DELIVERED") ? "DELIVERED" : "SHIPPED";
  }
  if (out.length > 0) return "PARTIALLY_SHIPPED";
  if (state.holds.length > 0) return "ON_HOLD";
  if (live.some(({ status }) => status !== "PLANNED" && status !== "RELEASED")) return "PICKING";
  const isWaiting = state.sourcing.backorders.length > 0 && !isReleasing(state);
  if (live.length === 0) return isWaiting ? "BACKORDERED" : "CONFIRMED";
  return isFull(state, "allocated") || isReleasing(state) ? "ALLOCATED" : "BACKORDERED";
}

/** Whether the process has come to its end without goods. */
export function isOver({ status }: OrderState): boolean {
  return status === "CANCELLED" || status === "REJECTED";
}

/** Whether the buyer wants all at once and not all is there: then no warehouse is told anything yet. */
export function waitsForAll({ sourcing, steps }: OrderState): boolean {
  const isBegun = steps.some(({ kind, status }) => kind === "releaseOrder" && status !== "UNDONE");
  return sourcing.shipComplete && sourcing.backorders.length > 0 && !isBegun;
}

/** Whether a warehouse is to be told what it sends, or has not answered yet. */
function isReleasing(state: OrderState): boolean {
  const { steps, sourcing } = state;
  const isAsked = steps.some(({ kind, status }) => kind === "releaseOrder" && status === "ASKED");
  return isAsked || (sourcing.planned.length > 0 && !waitsForAll(state));
}

/** Whether every line has come that far with all that was ordered. */
export function isFull(state: OrderState, reached: "allocated" | "shipped" | "invoiced"): boolean {
  return state.draft.lines.every((line, at) => {
    const progress = state.lines[at];
    return progress !== undefined && compareQuantities(progress[reached], line.ordered) >= 0;
  });
}
