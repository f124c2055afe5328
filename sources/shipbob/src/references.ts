import { parseOrderNumber, type OrderNumber, type ShipmentId } from "@crossdock/domain";

/**
 * How our names and the warehouse's are joined.
 * - A release is the warehouse's order with reference id `{orderNumber}:{release}`; the vendor keeps
 *   it unique per account.
 * - A shipment is `{orderId}-{shipmentId}` of the vendor: its bulk reads go by order, so an id that
 *   carries both can be read in bulk.
 */

/** What the vendor's two numbers make together. */
export function shipmentIdOf(orderId: number, shipmentId: number): ShipmentId {
  return `${String(orderId)}-${String(shipmentId)}` as ShipmentId;
}

/** @returns the vendor's order id; `null` when the id is none that we made */
export function orderIdOfShipment(id: ShipmentId): number | null {
  const match = /^(\d{1,15})-\d{1,15}$/.exec(id);
  return match === null ? null : Number(match[1]);
}

/** @returns the vendor's own number of the shipment; `null` when the id is none that we made */
export function channelShipmentId(id: ShipmentId): number | null {
  const match = /^\d{1,15}-(\d{1,15})$/.exec(id);
  return match === null ? null : Number(match[1]);
}

export function referenceOf(orderNumber: OrderNumber, release: number): string {
  return `${orderNumber}:${String(release)}`;
}

/** @returns `null` for an order that another channel put into the warehouse */
export function readReference(
  reference: string,
): { readonly orderNumber: OrderNumber; readonly release: number } | null {
  const match = /^([^:,]+):([1-9]\d{0,5})$/.exec(reference);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  try {
    return { orderNumber: parseOrderNumber(match[1]), release: Number(match[2]) };
  } catch {
    return null;
  }
}
