import type { CustomerNumber, Instant, OrderChange, OrderId, OrderStatus } from "@crossdock/domain";
import { orderChanged, type NewEvent } from "@crossdock/events";

/** What those who follow an order are told. @param order as it is after the change */
export function orderChangedEvent(
  order: {
    readonly id: OrderId;
    readonly status: OrderStatus;
    readonly customerNumber: CustomerNumber;
  },
  change: OrderChange,
  occurredAt: Instant,
): NewEvent {
  const { id: orderId, status, customerNumber } = order;
  return orderChanged.create({ orderId, change, status }, { occurredAt, customerNumber });
}
