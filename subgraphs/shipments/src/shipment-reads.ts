import {
  mergeShipment,
  type Instant,
  type OrderNumber,
  type Provenance,
  type Shipment,
  type ShipmentId,
} from "@crossdock/domain";
import type { ShipmentRecord } from "@crossdock/processes";
import { isSourceDown, type Sourced, type Wish } from "@crossdock/reads";
import { followedBook } from "@crossdock/subgraph-kit";
import type { ShipmentsDeps } from "./deps.ts";
import type { ShipmentView } from "./models.ts";

/** A shipment before anybody has asked whether the viewer may see it. */
export type KnownShipment = ShipmentView;

/**
 * Shipments as the book has them, while it follows the warehouse closely enough for the request. Else as the warehouse
 * system told them, merged forward into what the book has: no late answer takes a delivery back. While the system does not
 * answer and has told nothing, the book alone, marked STALE.
 */
export type ShipmentReads = {
  byIds(ids: readonly ShipmentId[]): Promise<readonly (KnownShipment | Error | null)[]>;
  /** From the warehouse system, however well the book follows it. */
  asNow(ids: readonly ShipmentId[]): Promise<readonly (KnownShipment | Error | null)[]>;
  /** @returns per order its shipments, oldest first */
  ofOrders(numbers: readonly OrderNumber[]): Promise<readonly (readonly KnownShipment[] | Error)[]>;
  inBook(ids: readonly ShipmentId[]): Promise<readonly (KnownShipment | null)[]>;
};

export function createShipmentReads(
  { reads, wms, shipmentBook, shipmentsReadThrough, clock }: ShipmentsDeps,
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
  const followed = () =>
    followedBook({ source: wms.name, through: shipmentsReadThrough() }, wish, clock);
  const fromFollowed = (
    { shipment, customerNumber, seenAt }: ShipmentRecord,
    provenanceOf: (seenAt: Instant) => Provenance,
  ): KnownShipment => {
    wish.tally.noteCached();
    return { ...shipment, provenance: provenanceOf(seenAt), customerNumber };
  };
  /** In place of a system that does not answer. */
  const insteadOfSource = (record: ShipmentRecord): KnownShipment => {
    wish.tally.noteStale(wms.name, record.seenAt);
    return fromBook(record, "STALE");
  };

  const ask = async (
    asked: readonly { readonly id: ShipmentId; readonly record: ShipmentRecord | null }[],
  ) => {
    if (asked.length === 0) return [];
    const ids = asked.map(({ id }) => id);
    const told = await reads.shipments(ids, wish);
    return asked.map(({ record }, at) => {
      const found = told[at] ?? null;
      if (found instanceof Error) {
        return record === null || !isSourceDown(found) ? found : insteadOfSource(record);
      }
      if (found !== null) return fromSource(found, record);
      return record === null ? null : fromBook(record, "STALE");
    });
  };
  const withRecords = async (ids: readonly ShipmentId[]) => {
    const records = await shipmentBook.readShipments(ids);
    return ids.map((id, at) => ({ id, record: records[at] ?? null }));
  };

  return {
    async byIds(ids) {
      const provenanceOf = followed();
      const known = await withRecords(ids);
      if (provenanceOf === null) return ask(known);
      // The book may not have heard yet of what is in no order's list.
      const told = (await ask(known.filter(({ record }) => record === null))).values();
      return known.map(({ record }) =>
        record === null ? (told.next().value ?? null) : fromFollowed(record, provenanceOf),
      );
    },
    asNow: async (ids) => ask(await withRecords(ids)),
    async ofOrders(numbers) {
      const provenanceOf = followed();
      const records = await shipmentBook.readShipmentsOfOrders(numbers);
      // All that the warehouse has of an order is in such a book, also when that is nothing.
      if (provenanceOf !== null) {
        return records.map((ofOrder) =>
          ofOrder.map((record) => fromFollowed(record, provenanceOf)),
        );
      }
      const told = await reads.shipmentsOfOrders(numbers, wish);
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
