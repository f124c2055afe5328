import {
  mergeShipment,
  type OrderNumber,
  type Provenance,
  type Shipment,
  type ShipmentId,
} from "@crossdock/domain";
import type { ShipmentRecord } from "@crossdock/processes";
import { isSourceDown, liveProvenance } from "@crossdock/subgraph-kit";
import type { ShipmentsDeps } from "./deps.ts";
import type { ShipmentView } from "./models.ts";

/** A shipment before anybody has asked whether the viewer may see it. */
export type KnownShipment = ShipmentView;

/**
 * Shipments as the warehouse system has them now, merged forward into what the book has: no late
 * answer takes a delivery back. While the system does not answer, the book alone, marked STALE.
 */
export type ShipmentReads = {
  byIds(
    ids: readonly ShipmentId[],
    signal: AbortSignal,
  ): Promise<readonly (KnownShipment | Error | null)[]>;
  /** @returns per order its shipments, oldest first */
  ofOrders(
    numbers: readonly OrderNumber[],
    signal: AbortSignal,
  ): Promise<readonly (readonly KnownShipment[] | Error)[]>;
  inBook(ids: readonly ShipmentId[]): Promise<readonly (KnownShipment | null)[]>;
};

export function createShipmentReads({ wms, shipmentBook, clock }: ShipmentsDeps): ShipmentReads {
  const fromSource = (
    shipment: Shipment,
    record: ShipmentRecord | null,
    provenance: Provenance,
  ): KnownShipment => ({
    ...mergeShipment(record?.shipment ?? null, shipment),
    provenance,
    customerNumber: record?.customerNumber ?? null,
  });
  const fromBook = (
    { shipment, customerNumber, seenAt }: ShipmentRecord,
    freshness: "STALE" | "CACHED",
  ): KnownShipment => ({
    ...shipment,
    provenance: { source: wms.name, asOf: seenAt, freshness },
    customerNumber,
  });

  return {
    async byIds(ids, signal) {
      const [live, records] = await Promise.all([
        orDown(wms.shipments.readShipments(ids, signal)),
        shipmentBook.readShipments(ids),
      ]);
      const provenance = liveProvenance(wms.name, clock);
      return ids.map((_id, at) => {
        const record = records[at] ?? null;
        const shipment = live instanceof Error ? null : (live[at] ?? null);
        if (shipment !== null) return fromSource(shipment, record, provenance);
        if (record !== null) return fromBook(record, "STALE");
        return live instanceof Error ? live : null;
      });
    },
    async ofOrders(numbers, signal) {
      const [live, records] = await Promise.all([
        orDown(wms.shipments.readShipmentsOfOrders(numbers, signal)),
        shipmentBook.readShipmentsOfOrders(numbers),
      ]);
      const provenance = liveProvenance(wms.name, clock);
      return numbers.map((_number, at) => {
        const inBook = records[at] ?? [];
        if (live instanceof Error) {
          return inBook.length === 0 ? live : inBook.map((record) => fromBook(record, "STALE"));
        }
        const shipments = live[at] ?? [];
        const vanished = inBook.filter(
          ({ shipment }) => !shipments.some(({ id }) => id === shipment.id),
        );
        return [
          ...vanished.map((record) => fromBook(record, "STALE")),
          ...shipments.map((shipment) => {
            const record = inBook.find((other) => other.shipment.id === shipment.id) ?? null;
            return fromSource(shipment, record, provenance);
          }),
        ];
      });
    },
    async inBook(ids) {
      const records = await shipmentBook.readShipments(ids);
      return records.map((record) => (record === null ? null : fromBook(record, "CACHED")));
    },
  };
}

/** @returns the error of a source that does not answer, as a value; any other is thrown */
async function orDown<Answer>(answer: Promise<Answer>): Promise<Answer | Error> {
  try {
    return await answer;
  } catch (error) {
    if (isSourceDown(error)) return error;
    throw error;
  }
}
