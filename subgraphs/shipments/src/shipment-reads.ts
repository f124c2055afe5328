import { mergeShipment, type OrderNumber, type Shipment, type ShipmentId } from "@crossdock/domain";
import type { ShipmentRecord } from "@crossdock/processes";
import { isSourceDown, type Sourced, type Wish } from "@crossdock/reads";
import type { ShipmentsDeps } from "./deps.ts";
import type { ShipmentView } from "./models.ts";

/** A shipment before anybody has asked whether the viewer may see it. */
export type KnownShipment = ShipmentView;

/**
 * Shipments as the warehouse system told them, merged forward into what the book has: no late answer takes a delivery
 * back. While the system does not answer and has told nothing, the book alone, marked STALE.
 */
export type ShipmentReads = {
  byIds(ids: readonly ShipmentId[]): Promise<readonly (KnownShipment | Error | null)[]>;
  /** @returns per order its shipments, oldest first */
  ofOrders(numbers: readonly OrderNumber[]): Promise<readonly (readonly KnownShipment[] | Error)[]>;
  inBook(ids: readonly ShipmentId[]): Promise<readonly (KnownShipment | null)[]>;
};

export function createShipmentReads(
  { reads, wms, shipmentBook }: ShipmentsDeps,
  wish: Wish,
): ShipmentReads {
  const fromSource = (
    { document, provenance }: Sourced<Shipment>,
    record: ShipmentRecord | null,
  ): KnownShipment => ({
    ...mergeShipment(record?.shipment ?? null, document),
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
  /** In place of a system that does not answer. */
  const insteadOfSource = (record: ShipmentRecord): KnownShipment => {
    wish.tally.noteStale(wms.name, record.seenAt);
    return fromBook(record, "STALE");
  };

  return {
    async byIds(ids) {
      const [told, records] = await Promise.all([
        reads.shipments(ids, wish),
        shipmentBook.readShipments(ids),
      ]);
      return told.map((found, at) => {
        const record = records[at] ?? null;
        if (found instanceof Error) {
          return record === null || !isSourceDown(found) ? found : insteadOfSource(record);
        }
        if (found !== null) return fromSource(found, record);
        return record === null ? null : fromBook(record, "STALE");
      });
    },
    async ofOrders(numbers) {
      const [told, records] = await Promise.all([
        reads.shipmentsOfOrders(numbers, wish),
        shipmentBook.readShipmentsOfOrders(numbers),
      ]);
      return told.map((found, at) => {
        const inBook = records[at] ?? [];
        if (found instanceof Error) {
          return inBook.length === 0 || !isSourceDown(found) ? found : inBook.map(insteadOfSource);
        }
        const present = found === null ? [] : eachOf(found);
        const vanished = inBook.filter(
          ({ shipment }) => !present.some(({ document }) => document.id === shipment.id),
        );
        return [
          ...vanished.map((record) => fromBook(record, "STALE")),
          ...present.map((shipment) => {
            const { id } = shipment.document;
            return fromSource(shipment, inBook.find((other) => other.shipment.id === id) ?? null);
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

function eachOf({ document, provenance }: Sourced<readonly Shipment[]>): Sourced<Shipment>[] {
  return document.map((shipment) => ({ document: shipment, provenance }));
}
