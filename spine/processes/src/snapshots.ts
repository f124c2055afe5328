import {
  addQuantities,
  type Invoice,
  type InvoiceSnapshot,
  type OrderNumber,
  type Quantity,
  type Shipment,
  type ShipmentSnapshot,
} from "@crossdock/domain";

/** What the process of one order needs to know of a shipment; lots of a line are added up. */
export function shipmentSnapshotOf(shipment: Shipment, order: OrderNumber): ShipmentSnapshot {
  const byLine = new Map<number, Quantity>();
  for (const { orderNumber, lineNumber, quantity } of shipment.lines) {
    if (orderNumber !== order) continue;
    const before = byLine.get(lineNumber);
    byLine.set(lineNumber, before === undefined ? quantity : addQuantities(before, quantity));
  }
  return {
    id: shipment.id,
    number: shipment.number,
    status: shipment.status,
    problem: shipment.problem,
    milestones: milestonesOf(shipment),
    lines: [...byLine].map(([lineNumber, quantity]) => ({ lineNumber, quantity })),
  };
}

/** @returns `null` for an invoice that finance has not numbered: it is none of ours */
export function invoiceSnapshotOf({ number, id, status, total }: Invoice): InvoiceSnapshot | null {
  return number === null ? null : { number, id, status, total };
}

/** Leaving the building starts the bill: it is there also where the warehouse only gives its time. */
function milestonesOf({ milestones, shippedAt }: Shipment): ShipmentSnapshot["milestones"] {
  const told = milestones.map(({ type, at, source }) => ({ type, at, source }));
  const isTold = told.some(({ type }) => type === "SHIPPED");
  return shippedAt === null || isTold ? told : [...told, { type: "SHIPPED", at: shippedAt }];
}
