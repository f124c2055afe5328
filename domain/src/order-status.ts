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
  if (live.length === 0) return "CONFIRMED";
  return isFull(state, "allocated") ? "ALLOCATED" : "BACKORDERED";
}

/** Whether every line has come that far with all that was ordered. */
export function isFull(state: OrderState, reached: "allocated" | "shipped" | "invoiced"): boolean {
  return state.draft.lines.every((line, at) => {
    const progress = state.lines[at];
    return progress !== undefined && compareQuantities(progress[reached], line.ordered) >= 0;
  });
}
