import {
  mergeShipment,
  parseShipmentId,
  type CustomerNumber,
  type Shipment,
} from "@crossdock/domain";
import {
  correlationOf,
  customerOfShipment,
  idsOfNumbers,
  lockShipments,
  saveShipments,
  shipmentEffectsOf,
  shipmentEventOf,
  traceparentOf,
  type Happening,
  type OrderProcess,
} from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { WmsSystem } from "@crossdock/source-contract";
import { isDeepStrictEqual } from "node:util";
import type { Feed } from "../feed.ts";

/** Shipments as the warehouse moves them. */
export function wmsShipmentFeed(deps: {
  readonly wms: WmsSystem;
  readonly process: OrderProcess;
  readonly clock: Clock;
}): Feed<Shipment> {
  const { wms, process, clock } = deps;
  return {
    name: `${wms.name}-shipment`,
    source: wms.name,
    listChanged: (query, signal) => wms.shipments.listChangedShipments(query, signal),
    async readAgain(sourceIds, signal) {
      const found = await wms.shipments.readShipments(sourceIds.map(parseShipmentId), signal);
      return found.filter((shipment) => shipment !== null);
    },
    modifiedAtOf: (shipment) => shipment.modifiedAt,
    waitsForOrders: {
      sourceIdOf: ({ id }) => id,
      orderNumbersOf: ({ orderNumbers }) => orderNumbers,
      idsInBook: async (trx, ids) => new Set((await lockShipments(trx, ids)).keys()),
      merge: mergeShipment,
    },

    async record(trx, items, { history, correlationId, spanOf }) {
      const known = await lockShipments(
        trx,
        items.map(({ id }) => id),
      );
      const orders = await idsOfNumbers(trx, [
        ...new Set(items.flatMap(({ orderNumbers }) => orderNumbers)),
      ]);
      const rows: { shipment: Shipment; customerNumber: CustomerNumber | null }[] = [];
      const happenings: Happening[] = [];
      for (const seen of items) {
        const before = known.get(seen.id) ?? null;
        const shipment = mergeShipment(before, seen);
        rows.push({ shipment, customerNumber: customerOfShipment(shipment, orders) });
        const isMoved = before?.status !== shipment.status;
        const isShortAsBefore = isDeepStrictEqual(
          before?.shortfalls ?? [],
          shipment.shortfalls ?? [],
        );
        if (!isMoved && isShortAsBefore) continue;
        const its = shipment.orderNumbers.map((number) => orders.get(number));
        const correlation = correlationOf(its) ?? correlationId;
        const traceparent = history ? null : (spanOf?.(seen, traceparentOf(its)) ?? null);
        happenings.push({
          effects: shipmentEffectsOf(shipment, orders, wms.name),
          also: isMoved && !history ? [shipmentEventOf(shipment, orders)] : [],
          trace: { correlationId: correlation, causationId: null, traceparent },
        });
      }
      await saveShipments(trx, rows, clock.now());
      await process.applyAll(trx, happenings);
    },
  };
}
