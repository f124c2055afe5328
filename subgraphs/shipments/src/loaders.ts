import type { CommandRecord } from "@crossdock/commands";
import type {
  CustomerNumber,
  OrderId,
  OrderNumber,
  OrderStatus,
  Shipment,
  ShipmentId,
} from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import type { Sourced, Wish } from "@crossdock/reads";
import {
  createBatchLoader,
  isLoaded,
  readOrdersById,
  type BatchLoader,
  type ChangedHere,
  type SubgraphRequest,
} from "@crossdock/subgraph-kit";
import { isVisible } from "./access.ts";
import type { ShipmentsDeps } from "./deps.ts";
import type { OrderRef, ShipmentView } from "./models.ts";
import { createShipmentReads, type KnownShipment } from "./shipment-reads.ts";

const NOTHING_SENT: ReadonlySet<OrderStatus> = new Set([
  "SUBMITTED",
  "ON_HOLD",
  "CONFIRMED",
  "REJECTED",
  "CANCELLED",
]);

/** One set per request. Whatever comes out of it, the viewer may see, but for commands; the rest is `null`. */
export type Loaders = {
  readonly orderById: BatchLoader<OrderId, OrderRef>;
  readonly orderByNumber: BatchLoader<OrderNumber, OrderRef>;
  /** From the book or the warehouse system: see `ShipmentReads`. */
  readonly shipmentById: BatchLoader<ShipmentId, ShipmentView>;
  /** By an id that somebody gave: as `shipmentById`, and the warehouse is asked also for what the book has of another account. */
  readonly shipmentByGivenId: BatchLoader<ShipmentId, ShipmentView>;
  /** From the warehouse system, however well the book follows it. */
  readonly shipmentAsNow: BatchLoader<ShipmentId, ShipmentView>;
  /** As the book has it: an event is told after the book was written. */
  readonly shipmentInBook: BatchLoader<ShipmentId, ShipmentView>;
  /** Of an order that the viewer may see, oldest first. */
  readonly shipmentsOfOrder: BatchLoader<OrderNumber, readonly ShipmentView[]>;
  /** Whoever asks for it: whether the viewer may see it is not decided here. */
  readonly command: BatchLoader<string, CommandRecord>;
};

export function createLoaders(
  deps: ShipmentsDeps,
  changedHere: ChangedHere<ShipmentId>,
  wish: Wish,
  { viewer, shownOrders }: Pick<SubgraphRequest, "viewer" | "shownOrders">,
): Loaders {
  const { signal } = wish;
  const recordByNumber = createBatchLoader<OrderNumber, OrderRecord>({
    signal,
    load: (numbers) => deps.orderBook.readOrdersByNumber(numbers),
  });

  const reads = createShipmentReads(deps, wish, {
    changedHere,
    /** The warehouse may tell of a shipment only when it moves. */
    isSent: async (number) => {
      const order = await recordByNumber.load(number);
      return order === null || !NOTHING_SENT.has(order.status);
    },
  });

  async function ownerOf({
    orderNumbers,
    customerNumber,
  }: KnownShipment): Promise<CustomerNumber | null> {
    if (customerNumber !== null) return customerNumber;
    const orders = await Promise.all(orderNumbers.map((number) => recordByNumber.load(number)));
    return orders.find((order) => order !== null)?.customerNumber ?? null;
  }

  async function visibleShipment(
    known: KnownShipment | Error | null,
  ): Promise<ShipmentView | Error | null> {
    if (known === null || known instanceof Error) return known;
    const customerNumber = await ownerOf(known);
    return isVisible(viewer, customerNumber) ? { ...known, customerNumber } : null;
  }

  /** The book knows that an order of such a status has nothing at the warehouse. */
  async function emptyOr(
    down: Error,
    number: OrderNumber,
  ): Promise<readonly ShipmentView[] | Error> {
    const order = await recordByNumber.load(number);
    return order !== null && NOTHING_SENT.has(order.status) ? [] : down;
  }

  function orderRef(record: OrderRecord | null): OrderRef | null {
    if (record === null || !isVisible(viewer, record.customerNumber)) return null;
    if (record.number !== null) recordByNumber.prime(record.number, record);
    return { id: record.id, number: record.number, customerNumber: record.customerNumber };
  }

  const shipmentById = createBatchLoader<ShipmentId, ShipmentView>({
    signal,
    load: async (ids) => Promise.all((await reads.byIds(ids)).map(visibleShipment)),
  });
  const inBook = createBatchLoader<ShipmentId, KnownShipment>({
    signal,
    load: (ids) => reads.inBook(ids),
  });
  const lookedUp = createBatchLoader<ShipmentId, Sourced<Shipment>>({
    signal,
    load: (ids) => deps.reads.lookUps.shipments(ids, wish),
  });

  /**
   * By how long it takes, or by an error of the warehouse, nobody finds out that another account has one of that id: the
   * warehouse is asked for what the book has of another account as for what it does not have, and nothing is done with the
   * answer.
   */
  async function byGivenId(id: ShipmentId): Promise<ShipmentView | Error | null> {
    const known = await inBook.load(id);
    if (known !== null && (await visibleShipment(known)) !== null) return shipmentById.load(id);
    const found = await lookedUp.load(id);
    if (known !== null || found === null) return null;
    const { document, provenance } = found;
    return visibleShipment({ ...document, provenance, customerNumber: null });
  }

  return {
    shipmentByGivenId: createBatchLoader({
      signal,
      load: (ids) =>
        Promise.all(ids.map((id) => byGivenId(id).catch((error: unknown) => error as Error))),
    }),
    orderById: createBatchLoader({
      signal,
      load: async (ids) => (await readOrdersById(ids, { ...deps, shownOrders })).map(orderRef),
    }),
    orderByNumber: createBatchLoader({
      signal,
      load: async (numbers) =>
        Promise.all(numbers.map(async (number) => orderRef(await recordByNumber.load(number)))),
    }),
    shipmentById,
    shipmentAsNow: createBatchLoader({
      signal,
      load: async (ids) => Promise.all((await reads.asNow(ids)).map(visibleShipment)),
    }),
    shipmentInBook: createBatchLoader({
      signal,
      load: async (ids) => Promise.all((await reads.inBook(ids)).map(visibleShipment)),
    }),
    shipmentsOfOrder: createBatchLoader({
      signal,
      load: async (numbers) =>
        Promise.all(
          (await reads.ofOrders(numbers)).map(async (known, at) => {
            if (known instanceof Error) return emptyOr(known, numbers[at] as OrderNumber);
            const visible = await Promise.all(known.map(visibleShipment));
            return visible.filter(isLoaded);
          }),
        ),
    }),
    command: createBatchLoader({ signal, load: (ids) => deps.commandLog.read(ids) }),
  };
}
