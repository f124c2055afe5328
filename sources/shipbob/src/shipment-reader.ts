import type { OrderNumber, Shipment, ShipmentId } from "@crossdock/domain";
import type { ShipmentReader } from "@crossdock/source-contract";
import type { ShipbobClient, Query } from "./client.ts";
import { orderDocuments, type OrderDocument } from "./order-document.ts";
import { orderIdOfShipment, readReference, referenceOf } from "./references.ts";
import { shipmentsOf } from "./shipment-mapping.ts";
import type { Sites } from "./sites.ts";

/** The vendor's largest page, and so the most orders that one call may name. */
export const MAX_PAGE_ORDERS = 250;
/** Releases of an order that the first call asks for; more are asked for when the last one exists. */
const RELEASES_AT_ONCE = 2;

type ReaderDeps = { readonly client: ShipbobClient; readonly sites: Sites };

export function createShipmentReader({ client, sites }: ReaderDeps): ShipmentReader {
  const list = (query: Query, signal: AbortSignal) =>
    client.get("/order", { Limit: String(MAX_PAGE_ORDERS), ...query }, orderDocuments, signal);
  const byReferences = async (references: readonly string[], signal: AbortSignal) => {
    const calls = chunk(references, MAX_PAGE_ORDERS).map((some) =>
      list({ ReferenceIds: some.join(",") }, signal),
    );
    return (await Promise.all(calls)).flat();
  };

  /** Every release of the orders. Few orders have more than one, fewer more than two. */
  const readReleases = async (orderNumbers: readonly OrderNumber[], signal: AbortSignal) => {
    const found: OrderDocument[] = [];
    let asking = orderNumbers;
    for (let first = 1; asking.length > 0; first += RELEASES_AT_ONCE) {
      const releases = Array.from({ length: RELEASES_AT_ONCE }, (_, at) => first + at);
      const documents = await byReferences(
        asking.flatMap((number) => releases.map((release) => referenceOf(number, release))),
        signal,
      );
      found.push(...documents);
      const lastAsked = new Set(
        documents.flatMap(({ reference_id }) => {
          const reference = readReference(reference_id);
          return reference?.release === first + RELEASES_AT_ONCE - 1 ? [reference.orderNumber] : [];
        }),
      );
      asking = asking.filter((number) => lastAsked.has(number));
    }
    return found;
  };

  return {
    async readShipments(ids, signal) {
      signal.throwIfAborted();
      const orderIds = new Set(ids.flatMap((id) => orderIdOfShipment(id) ?? []));
      if (orderIds.size === 0) return ids.map(() => null);
      const [{ codeOf }, documents] = await Promise.all([
        sites.map(signal),
        list({ IDs: [...orderIds].join(",") }, signal),
      ]);
      const byId = new Map<ShipmentId, Shipment>();
      for (const document of documents) {
        for (const shipment of shipmentsOf(document, { source: client.name, codeOf })) {
          byId.set(shipment.id, shipment);
        }
      }
      return ids.map((id) => byId.get(id) ?? null);
    },
    async readShipmentsOfOrders(orderNumbers, signal) {
      signal.throwIfAborted();
      const [{ codeOf }, documents] = await Promise.all([
        sites.map(signal),
        readReleases(orderNumbers, signal),
      ]);
      const byOrder = new Map<OrderNumber, Shipment[]>();
      const oldestFirst = documents.sort((left, right) => left.id - right.id);
      for (const document of oldestFirst) {
        const orderNumber = readReference(document.reference_id)?.orderNumber;
        if (orderNumber === undefined) continue;
        const shipments = shipmentsOf(document, { source: client.name, codeOf });
        byOrder.set(orderNumber, [...(byOrder.get(orderNumber) ?? []), ...shipments]);
      }
      return orderNumbers.map((number) => byOrder.get(number) ?? []);
    },
  };
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let from = 0; from < items.length; from += size) chunks.push(items.slice(from, from + size));
  return chunks;
}
