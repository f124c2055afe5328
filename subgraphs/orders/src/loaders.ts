import {
  readOrderId,
  type Customer,
  type CustomerNumber,
  type Decimal,
  type Money,
  type OrderId,
  type OrderNumber,
  type PriceLine,
  type Receivables,
  type Reservation,
  type ReservationId,
  type Return,
  type ReturnId,
  type Product,
  type Sku,
  type SourceOrder,
  type Viewer,
} from "@crossdock/domain";
import type { CommandRecord } from "@crossdock/commands";
import type { Position } from "@crossdock/events";
import type { HeldByAccount, OrderRecord } from "@crossdock/processes";
import { priceLinesKeyOf, type PriceLinesKey, type Sourced, type Wish } from "@crossdock/reads";
import { createBatchLoader, documentsOf, type BatchLoader } from "@crossdock/subgraph-kit";
import { visibleTo } from "./access.ts";
import type { OrdersDeps } from "./deps.ts";
import { readOpeningPositions } from "./order/opening-position.ts";
import { recordOfSource } from "./order/order-of-source.ts";

/**
 * Every batched read of this subgraph. Orders that come out of it, the viewer may see; nothing else here looks at who is
 * asking.
 */
export type Loaders = {
  readonly customer: BatchLoader<CustomerNumber, Customer>;
  /** What finance says of the account; only where our own books cannot. */
  readonly receivables: BatchLoader<CustomerNumber, Receivables>;
  /** From our own books; `null` while finance's history is still being read. */
  readonly openBalance: BatchLoader<CustomerNumber, Decimal>;
  readonly unbilledTotal: BatchLoader<CustomerNumber, Money>;
  readonly product: BatchLoader<Sku, Product>;
  /** What reservations hold now. */
  readonly held: BatchLoader<Sku, readonly HeldByAccount[]>;
  /** Of whatever account: nothing here looks at who is asking. */
  readonly reservation: BatchLoader<ReservationId, Reservation>;
  readonly priceLines: BatchLoader<PriceLinesKey, readonly PriceLine[]>;
  readonly order: BatchLoader<OrderId, OrderRecord>;
  readonly orderByNumber: BatchLoader<OrderNumber, OrderRecord>;
  /** Of one that these loaders gave: not as the ERP alone knows it. */
  readonly isInBook: (order: OrderRecord) => boolean;
  /** The ERP's document; as last seen, when the ERP does not answer. */
  readonly document: BatchLoader<OrderNumber, Sourced<SourceOrder>>;
  /** Where the log stood before the order's first event. */
  readonly openingPosition: BatchLoader<OrderId, Position>;
  readonly command: BatchLoader<string, CommandRecord>;
  readonly return: BatchLoader<ReturnId, Return>;
  /** Oldest first. Not checked against the viewer: ask for orders that it may see. */
  readonly returnsOfOrder: BatchLoader<OrderId, readonly Return[]>;
};

export function createLoaders(deps: OrdersDeps, wish: Wish, viewer: Viewer | null): Loaders {
  const { reads, orderBook, invoiceBook, reservationBook } = deps;
  const { signal } = wish;

  const held = createBatchLoader<Sku, readonly HeldByAccount[]>({
    load: (skus) => reservationBook.readHeld(skus),
    signal,
  });
  const document = createBatchLoader<OrderNumber, Sourced<SourceOrder>>({
    load: (numbers) => reads.orderDocuments(numbers, wish),
    signal,
  });
  const lookedUp = createBatchLoader<OrderNumber, Sourced<SourceOrder>>({
    load: (numbers) => reads.lookUps.orders(numbers, wish),
    signal,
  });
  const inBook = new WeakSet<OrderRecord>();
  const fromBook = (records: readonly (OrderRecord | null)[]) => {
    for (const record of records) if (record !== null) inBook.add(record);
    return records;
  };
  const ownOf = (record: OrderRecord | null) =>
    viewer === null ? null : visibleTo(viewer, record);
  const order = createBatchLoader<OrderId, OrderRecord>({
    load: (ids) => readRecords(ids),
    signal,
  });
  const orderByNumber = createBatchLoader<OrderNumber, OrderRecord>({
    load: async (numbers) => {
      const known = fromBook(await orderBook.readOrdersByNumber(numbers));
      return Promise.all(
        known.map((record, at) => ownOf(record) ?? unseen(numbers[at], { known: record })),
      );
    },
    signal,
  });

  async function readRecords(ids: readonly OrderId[]) {
    const known = fromBook(await orderBook.readOrders(ids));
    return Promise.all(
      known.map((record, at) => {
        const id = ids[at];
        const own = ownOf(record);
        if (own !== null || id === undefined) return own;
        const name = readOrderId(id);
        return name.kind === "erpBorn" ? unseen(name.number, { known: record, id }) : null;
      }),
    );
  }

  /**
   * An order that the ERP has and its feed has not told of yet. Somebody else's is looked for as well, though the book has
   * it: by how long it takes nobody finds out that there is one. An error stays with its own key.
   */
  async function unseen(
    number: OrderNumber | undefined,
    { known, id }: { readonly known: OrderRecord | null; readonly id?: OrderId },
  ): Promise<OrderRecord | Error | null> {
    if (number === undefined) return null;
    try {
      const found = await lookedUp.load(number);
      if (known !== null) return null;
      const ours = found?.document.key == null ? null : await ourOrder(found.document.key);
      const record =
        ours ?? (found === null ? null : recordOfSource(found.document, found.provenance.asOf));
      if (id !== undefined && record?.id !== id) return null;
      const own = ownOf(record);
      if (own !== null && found !== null) document.prime(number, found);
      return own;
    } catch (error) {
      if (error instanceof Error) return error;
      throw error;
    }
  }

  const ourOrder = async (key: string): Promise<OrderRecord | null> =>
    fromBook(await orderBook.readOrders([key as OrderId]))[0] ?? null;

  return {
    customer: createBatchLoader<CustomerNumber, Customer>({
      load: documentsOf(reads.customers, wish),
      signal,
    }),
    receivables: createBatchLoader<CustomerNumber, Receivables>({
      load: documentsOf(reads.receivables, wish),
      signal,
    }),
    openBalance: createBatchLoader<CustomerNumber, Decimal>({
      load: (numbers) => Promise.all(numbers.map((number) => invoiceBook.readOpenBalance(number))),
      signal,
    }),
    unbilledTotal: createBatchLoader<CustomerNumber, Money>({
      load: (numbers) => Promise.all(numbers.map((number) => orderBook.readUnbilledTotal(number))),
      signal,
    }),
    product: createBatchLoader<Sku, Product>({ load: documentsOf(reads.products, wish), signal }),
    held,
    reservation: createBatchLoader<ReservationId, Reservation>({
      load: (ids) => reservationBook.readReservations(ids),
      signal,
    }),
    priceLines: createBatchLoader<PriceLinesKey, readonly PriceLine[]>({
      load: documentsOf(reads.priceLines, wish),
      keyOf: priceLinesKeyOf,
      signal,
    }),
    order,
    orderByNumber,
    isInBook: (record) => inBook.has(record),
    document,
    openingPosition: createBatchLoader<OrderId, Position>({
      load: (ids) => readOpeningPositions(deps.eventLog, ids),
      signal,
    }),
    command: createBatchLoader<string, CommandRecord>({
      load: (ids) => deps.commandLog.read(ids),
      signal,
    }),
    return: createBatchLoader<ReturnId, Return>({
      load: (ids) => deps.returnBook.readReturns(ids),
      signal,
    }),
    returnsOfOrder: createBatchLoader<OrderId, readonly Return[]>({
      load: (ids) => deps.returnBook.readReturnsOfOrders(ids),
      signal,
    }),
  };
}
