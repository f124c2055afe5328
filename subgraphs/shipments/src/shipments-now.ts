import type { CustomerNumber, OrderId, ShipmentId } from "@crossdock/domain";
import type { ShipmentScope } from "@crossdock/processes";
import { isLoaded, type Snapshot } from "@crossdock/subgraph-kit";
import type { Context } from "./context.ts";
import type { ShipmentEventView } from "./models.ts";

export type ShipmentsAsked = {
  readonly accounts: readonly CustomerNumber[] | "all";
  /** `null`: all. */
  readonly shipments: readonly ShipmentId[] | null;
  /** Those that carry something of one of these; `null`: all. */
  readonly orders: readonly OrderId[] | null;
};

/** Shipments as the book has them, for a stream that begins with them. The warehouse is not asked. */
export function shipmentsNow(
  { accounts, shipments, orders }: ShipmentsAsked,
  context: Context,
): Snapshot<{ readonly shipmentProgressed: ShipmentEventView }> {
  const { shipmentBook, clock } = context.deps;
  let scope: Promise<ShipmentScope> | null = null;

  /** An order without a number has no shipment yet: its first one comes as an event. */
  async function readScope(): Promise<ShipmentScope> {
    const { orderById } = context.loaders;
    const found = orders && (await Promise.all(orders.map((id) => orderById.load(id))));
    return {
      customerNumbers: accounts,
      ...(shipments !== null && { ids: shipments }),
      ...(found !== null && { orderNumbers: found.flatMap((order) => order?.number ?? []) }),
    };
  }

  return {
    book: "shipments",
    count: async (atMost) => shipmentBook.countScope(await (scope ??= readScope()), atMost),
    readPage: async (after, first) => {
      const page = { after: after as ShipmentId | null, first };
      const records = await shipmentBook.walkShipments(await (scope ??= readScope()), page);
      const occurredAt = clock.now();
      const ids = records.map(({ shipment }) => shipment.id);
      const { shipmentInBook } = context.loaders;
      const views = await Promise.all(ids.map((id) => shipmentInBook.load(id)));
      const entries = views.filter(isLoaded).map((shipment) => ({
        key: shipment.id,
        payload: (cursor: string) => {
          const { status: type } = shipment;
          return { shipmentProgressed: { cursor, type, occurredAt, isSnapshot: true, shipment } };
        },
      }));
      return { entries, next: ids.length < first ? null : (ids.at(-1) ?? null) };
    },
  };
}
