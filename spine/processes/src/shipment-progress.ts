import {
  statusSince,
  type CustomerNumber,
  type OrderNumber,
  type Shipment,
} from "@crossdock/domain";
import { shipmentProgressed, type NewEvent } from "@crossdock/events";
import type { OrderRecord } from "./order-book.ts";
import type { OrderEffect } from "./order-process.ts";
import { shipmentSnapshotOf } from "./snapshots.ts";

/** Those orders of a shipment that the book knows. */
export type OrdersByNumber = ReadonlyMap<OrderNumber, OrderRecord>;

/** Whose shipment it is; `null` while the order book knows none of its orders. */
export function customerOfShipment(
  { orderNumbers }: Shipment,
  orders: OrdersByNumber,
): CustomerNumber | null {
  for (const number of orderNumbers) {
    const order = orders.get(number);
    if (order !== undefined) return order.customerNumber;
  }
  return null;
}

/** What set off what a source tells: the request of the first of its orders that we took; `null` when we took none. */
export function correlationOf(orders: readonly (OrderRecord | undefined)[]): string | null {
  for (const order of orders) {
    const correlationId = order?.state?.correlationId;
    if (correlationId !== undefined) return correlationId;
  }
  return null;
}

/** Where the trace began of the first of them that is in one; `null` when none is. */
export function traceparentOf(orders: readonly (OrderRecord | undefined)[]): string | null {
  for (const order of orders) {
    const traceparent = order?.state?.traceparent;
    if (traceparent !== undefined) return traceparent;
  }
  return null;
}

/** What the status that a shipment came to means to its orders. @param source who told of it */
export function shipmentEffectsOf(
  shipment: Shipment,
  orders: OrdersByNumber,
  source: string,
): OrderEffect[] {
  return shipment.orderNumbers.flatMap((number): OrderEffect[] => {
    const order = orders.get(number);
    if (order === undefined) return [];
    const snapshot = shipmentSnapshotOf(shipment, number);
    const at = statusSince(shipment);
    const event = { kind: "shipmentProgressed", shipment: snapshot, at, source } as const;
    return [{ orderId: order.id, event }];
  });
}

/** What those who follow the shipment are told. */
export function shipmentEventOf(shipment: Shipment, orders: OrdersByNumber): NewEvent {
  const { id: shipmentId, status, orderNumbers } = shipment;
  const orderIds = orderNumbers.flatMap((number) => orders.get(number)?.id ?? []);
  return shipmentProgressed.create(
    { shipmentId, status, orderNumbers: [...orderNumbers], orderIds },
    { occurredAt: statusSince(shipment), customerNumber: customerOfShipment(shipment, orders) },
  );
}
