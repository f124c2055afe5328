import { mergeShipment, parseShipmentId, type OrderId, type OrderNumber } from "@crossdock/domain";
import type { CustomerNumber, Shipment } from "@crossdock/domain";
import { shipmentProgressed, type NewEvent } from "@crossdock/events";
import {
  idsOfNumbers,
  lockShipments,
  saveShipments,
  shipmentSnapshotOf,
  type OrderEffect,
  type OrderProcess,
  type OrderRecord,
} from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { WmsSystem } from "@crossdock/source-contract";
import type { Feed } from "../feed.ts";

type Orders = ReadonlyMap<OrderNumber, OrderRecord>;

/** Shipments as the warehouse moves them. */
export function wmsShipmentFeed(deps: {
  readonly wms: WmsSystem;
  readonly process: OrderProcess;
  readonly clock: Clock;
}): Feed<Shipment> {
  const { wms, process, clock } = deps;
  return {
    name: `${wms.name}-shipment`,
    listChanged: (query, signal) => wms.shipments.listChangedShipments(query, signal),
    async readAgain(sourceIds, signal) {
      const found = await wms.shipments.readShipments(sourceIds.map(parseShipmentId), signal);
      return found.filter((shipment) => shipment !== null);
    },
    modifiedAtOf: (shipment) => shipment.modifiedAt,

    async record(trx, items, { history, correlationId }) {
      const known = await lockShipments(
        trx,
        items.map(({ id }) => id),
      );
      const orders = await idsOfNumbers(trx, [
        ...new Set(items.flatMap(({ orderNumbers }) => orderNumbers)),
      ]);
      const rows: { shipment: Shipment; customerNumber: CustomerNumber | null }[] = [];
      const events: NewEvent[] = [];
      const effects: OrderEffect[] = [];
      for (const seen of items) {
        const before = known.get(seen.id) ?? null;
        const shipment = mergeShipment(before, seen);
        const customerNumber = customerOf(shipment, orders);
        rows.push({ shipment, customerNumber });
        if (before?.status === shipment.status) continue;
        effects.push(...effectsOf(shipment, orders, wms.name));
        if (!history) events.push(progressOf(shipment, orders, customerNumber));
      }
      await saveShipments(trx, rows, clock.now());
      await process.apply(trx, effects, events, { correlationId, causationId: null });
    },
  };
}

function customerOf(shipment: Shipment, orders: Orders): CustomerNumber | null {
  for (const number of shipment.orderNumbers) {
    const order = orders.get(number);
    if (order !== undefined) return order.customerNumber;
  }
  return null;
}

function effectsOf(shipment: Shipment, orders: Orders, source: string): OrderEffect[] {
  return shipment.orderNumbers.flatMap((number) => {
    const order = orders.get(number);
    if (order === undefined) return [];
    const snapshot = shipmentSnapshotOf(shipment, number);
    const at = timeOf(shipment);
    return [
      { orderId: order.id, event: { kind: "shipmentProgressed", shipment: snapshot, at, source } },
    ];
  });
}

function progressOf(
  shipment: Shipment,
  orders: Orders,
  customerNumber: CustomerNumber | null,
): NewEvent {
  const { id: shipmentId, status, orderNumbers } = shipment;
  const orderIds: OrderId[] = orderNumbers.flatMap((number) => orders.get(number)?.id ?? []);
  return shipmentProgressed.create(
    { shipmentId, status, orderNumbers: [...orderNumbers], orderIds },
    { occurredAt: timeOf(shipment), customerNumber },
  );
}

/** When it came to its status: its milestone's own time where the warehouse gives one. */
function timeOf(shipment: Shipment) {
  const milestone = shipment.milestones.findLast(({ type }) => type === shipment.status);
  return milestone?.at ?? shipment.modifiedAt;
}
