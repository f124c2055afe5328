import type { OrderStatus } from "@crossdock/domain";

const LEFT: ReadonlySet<OrderStatus> = new Set([
  "PARTIALLY_SHIPPED",
  "SHIPPED",
  "DELIVERED",
  "INVOICED",
  "CLOSED",
]);

/** Whether an order of this status has had goods leave the building, as far as the book knows. */
export function hasLeft(status: OrderStatus): boolean {
  return LEFT.has(status);
}
