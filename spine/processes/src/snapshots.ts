import {
  addQuantities,
  type Invoice,
  type InvoiceSnapshot,
  type OrderNumber,
  type Shipment,
  type ShipmentSnapshot,
  type ShippedGoods,
} from "@crossdock/domain";

/** What the process of one order needs to know of a shipment; goods of one line and lot are added up. */
export function shipmentSnapshotOf(shipment: Shipment, order: OrderNumber): ShipmentSnapshot {
  const byLot = new Map<string, Required<ShippedGoods>>();
  for (const { orderNumber, lineNumber, quantity, lot, serials } of shipment.lines) {
    if (orderNumber !== order) continue;
    const key = `${String(lineNumber)} ${lot ?? ""}`;
    const before = byLot.get(key);
    byLot.set(key, {
      lineNumber,
      quantity: before === undefined ? quantity : addQuantities(before.quantity, quantity),
      lot,
      serials: [...(before?.serials ?? []), ...serials],
    });
  }
  const shortfalls = shipment.shortfalls ?? [];
  return {
    id: shipment.id,
    number: shipment.number,
    status: shipment.status,
    release: shipment.release ?? null,
    problem: shipment.problem,
    milestones: milestonesOf(shipment),
    lines: [...byLot.values()],
    shortfalls: shortfalls
      .filter(({ orderNumber }) => orderNumber === order)
      .map(({ lineNumber, quantity, reason }) => ({ lineNumber, quantity, reason })),
  };
}

/** @returns `null` for an invoice that finance has not numbered: it is none of ours */
export function invoiceSnapshotOf({
  number,
  id,
  status,
  total,
  issuedOn,
  modifiedAt,
}: Invoice): InvoiceSnapshot | null {
  return number === null ? null : { number, id, status, total, issuedOn, modifiedAt };
}

/** Leaving the building starts the bill: it is there also where the warehouse only gives its time. */
function milestonesOf({ milestones, shippedAt }: Shipment): ShipmentSnapshot["milestones"] {
  const told = milestones.map(({ type, at, source }) => ({ type, at, source }));
  const isTold = told.some(({ type }) => type === "SHIPPED");
  return shippedAt === null || isTold ? told : [...told, { type: "SHIPPED", at: shippedAt }];
}
