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
import { followedBook, type ChangedHere } from "@crossdock/subgraph-kit";
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
  options: {
    readonly changedHere: ChangedHere<ShipmentId>;
    /** Whether the warehouse should have something of an order. */
    readonly isSent: (number: OrderNumber) => Promise<boolean>;
  },
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

  const isBehind = ({ shipment, seenAt }: ShipmentRecord) =>
    options.changedHere.isBehind(shipment.id, seenAt);
  const asNow = { ...wish, maxAgeMs: 0 };

  const ask = async (
    asked: readonly { readonly id: ShipmentId; readonly record: ShipmentRecord | null }[],
  ) => {
    if (asked.length === 0) return [];
    const ids = asked.map(({ id }) => id);
    const isLate = asked.some(({ record }) => record !== null && isBehind(record));
    const told = await reads.shipments(ids, isLate ? asNow : wish);
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

  type OfOrder = { readonly number: OrderNumber; readonly inBook: readonly ShipmentRecord[] };
  /** Whether a book that follows the warehouse has less of an order than there is. */
  const lacks = async ({ number, inBook }: OfOrder): Promise<boolean> =>
    inBook.some(isBehind) ||
    (inBook.every(({ shipment }) => shipment.status === "CANCELLED") &&
      (await options.isSent(number)));
  const askOfOrders = async (
    asked: readonly OfOrder[],
  ): Promise<readonly (readonly KnownShipment[] | Error)[]> => {
    if (asked.length === 0) return [];
    const numbers = asked.map(({ number }) => number);
    const isLate = asked.some(({ inBook }) => inBook.some(isBehind));
    const told = await reads.shipmentsOfOrders(numbers, isLate ? asNow : wish);
    return asked.map(({ inBook }, at) => {
      const found = told[at] ?? null;
      if (found instanceof Error) {
        return inBook.length === 0 || !isSourceDown(found) ? found : inBook.map(insteadOfSource);
      }
      const present = found === null ? [] : eachOf(found);
      const vanished = inBook.filter(
        ({ shipment }) => !present.some(({ document }) => document.id === shipment.id),
      );
      // Oldest first: what a kept answer lacks may be newer than what it has.
      return [
        ...vanished.map((record) => fromBook(record, "STALE")),
        ...present.map((shipment) => {
          const { id } = shipment.document;
          return fromSource(shipment, inBook.find((other) => other.shipment.id === id) ?? null);
        }),
      ].sort((left, right) => Date.parse(begunAt(left)) - Date.parse(begunAt(right)));
    });
  };

  return {
    async byIds(ids) {
      const provenanceOf = followed();
      const known = await withRecords(ids);
      if (provenanceOf === null) return ask(known);
      const isAsked = known.map(({ record }) => record === null || isBehind(record));
      const told = (await ask(known.filter((_one, at) => isAsked[at]))).values();
      return known.map(({ record }, at) =>
        record === null || isAsked[at] === true
          ? (told.next().value ?? null)
          : fromFollowed(record, provenanceOf),
      );
    },
    asNow: async (ids) => ask(await withRecords(ids)),
    async ofOrders(numbers) {
      const provenanceOf = followed();
      const records = await shipmentBook.readShipmentsOfOrders(numbers);
      const known = numbers.map((number, at) => ({ number, inBook: records[at] ?? [] }));
      if (provenanceOf === null) return askOfOrders(known);
      const isAsked = await Promise.all(known.map(lacks));
      const told = (await askOfOrders(known.filter((_one, at) => isAsked[at]))).values();
      return known.map(({ inBook }, at) =>
        isAsked[at] === true
          ? (told.next().value ?? [])
          : inBook.map((record) => fromFollowed(record, provenanceOf)),
      );
    },
    async inBook(ids) {
      const records = await shipmentBook.readShipments(ids);
      return records.map((record) => (record === null ? null : fromBook(record, "CACHED")));
    },
  };
}

function begunAt({ milestones, modifiedAt }: Shipment): Instant {
  return milestones[0]?.at ?? modifiedAt;
}

function eachOf({ document, provenance }: Sourced<readonly Shipment[]>): Sourced<Shipment>[] {
  return document.map((shipment) => ({ document: shipment, provenance }));
}
