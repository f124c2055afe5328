import {
  dateOf,
  onDay,
  type Customer,
  type Dispute,
  type CustomerNumber,
  type Instant,
  type Invoice,
  type InvoiceId,
  type InvoiceNumber,
  type OrderId,
  type OrderNumber,
  type Provenance,
  type Receivables,
  type Return,
  type ReturnId,
  type ShipmentId,
} from "@crossdock/domain";
import type { CommandRecord } from "@crossdock/commands";
import type {
  CreditMemoRecord,
  InvoiceRecord,
  OrderRecord,
  ShipmentRecord,
} from "@crossdock/processes";
import type { CachedRead, Sourced, Wish } from "@crossdock/reads";
import {
  createBatchLoader,
  documentsOf,
  followedBook,
  readOrdersById,
  type BatchLoad,
  type BatchLoader,
  type ChangedHere,
  type SubgraphRequest,
} from "@crossdock/subgraph-kit";
import { visibleTo } from "./access.ts";
import type { BillingDeps } from "./deps.ts";
import type { InvoiceView, ShipmentRef } from "./models.ts";
import { readInvoicesOfOrders } from "./invoices-of-orders.ts";

/** One set per request. Orders and invoices that come out of it, the viewer may see. */
export type Loaders = {
  readonly orderById: BatchLoader<OrderId, OrderRecord>;
  readonly orderByNumber: BatchLoader<OrderNumber, OrderRecord>;
  /** From the book, or as finance told it. */
  readonly invoiceById: BatchLoader<InvoiceId, InvoiceView>;
  readonly invoiceByNumber: BatchLoader<InvoiceNumber, InvoiceView>;
  /** By a name that somebody gave: as `invoiceById`, and finance is asked also for what the book has of another account. */
  readonly invoiceByGivenId: BatchLoader<InvoiceId, InvoiceView>;
  readonly invoiceByGivenNumber: BatchLoader<InvoiceNumber, InvoiceView>;
  /** As finance has it now, for who judges by it; as the book has it while finance does not answer. */
  readonly invoiceAsNow: BatchLoader<InvoiceId, InvoiceView>;
  /** Not checked against the viewer. */
  readonly invoiceRecord: BatchLoader<InvoiceId, InvoiceRecord>;
  /** What was just read of the book in another way, so that it is not read again. */
  readonly remember: (record: InvoiceRecord) => InvoiceRecord;
  /** As the book has it: an event is told after the book was written. */
  readonly invoiceInBook: BatchLoader<InvoiceId, InvoiceView>;
  /** Those that were asked for here, oldest first. Not checked against the viewer. */
  readonly creditMemosOf: BatchLoader<InvoiceId, readonly CreditMemoRecord[]>;
  /** Not checked against the viewer. */
  readonly openDispute: BatchLoader<InvoiceId, Dispute>;
  /** Oldest first. */
  readonly invoicesOfOrder: BatchLoader<OrderRecord, readonly InvoiceView[]>;
  /** Not checked against the viewer: only what it leads to is shown. */
  readonly shipmentRecord: BatchLoader<ShipmentId, ShipmentRecord>;
  /** As `shipmentRecord`; oldest first. */
  readonly shipmentIdsOfOrder: BatchLoader<OrderNumber, readonly ShipmentRef[]>;
  /** Not checked against the viewer: ask for accounts that it may see. */
  readonly customer: BatchLoader<CustomerNumber, Customer>;
  /** Not checked against the viewer. */
  readonly return: BatchLoader<ReturnId, Return>;
  readonly command: BatchLoader<string, CommandRecord>;
  /** What accounts owe today; `null` for one that finance does not know. As `customer`. */
  readonly receivables: BatchLoader<CustomerNumber, Receivables>;
};

export function createLoaders(
  deps: BillingDeps,
  changedHere: ChangedHere<InvoiceId>,
  wish: Wish,
  { viewer, shownOrders }: Pick<SubgraphRequest, "viewer" | "shownOrders">,
): Loaders {
  const { reads, commandReads, finance, invoiceBook, orderBook, shipmentBook, clock } = deps;
  const { signal, tally } = wish;
  const createInvoiceLoader = <Key>(
    load: (keys: readonly Key[]) => ReturnType<BatchLoad<Key, Sourced<Invoice>>>,
  ): BatchLoader<Key, InvoiceView> =>
    createBatchLoader({
      signal,
      load: async (keys) =>
        (await load(keys)).map((found) =>
          found === null || found instanceof Error ? found : visibleTo(viewer, viewed(found)),
        ),
    });

  const openDispute = createBatchLoader<InvoiceId, Dispute>({
    signal,
    load: (ids) => invoiceBook.readOpenDisputes(ids),
  });
  const withDispute = (record: InvoiceRecord) => {
    openDispute.prime(record.invoice.id, record.dispute);
    return record;
  };
  const invoiceRecord = createBatchLoader<InvoiceId, InvoiceRecord>({
    signal,
    load: async (ids) =>
      (await invoiceBook.readInvoices(ids)).map((record) => record && withDispute(record)),
  });
  const remember = (record: InvoiceRecord) => {
    invoiceRecord.prime(record.invoice.id, record);
    return withDispute(record);
  };
  const invoiceRecordByNumber = createBatchLoader<InvoiceNumber, InvoiceRecord>({
    signal,
    load: (numbers) =>
      Promise.all(
        numbers.map(async (number) => {
          const record = await invoiceBook.findByNumber(number);
          return record && remember(record);
        }),
      ),
  });
  const asSeen = (asOf: Instant): Provenance => ({
    source: finance.name,
    asOf,
    freshness: "CACHED",
  });
  const followed = () =>
    followedBook({ source: finance.name, through: deps.invoicesReadThrough() }, wish, clock);
  const fromBook = (
    { invoice, seenAt }: InvoiceRecord,
    provenanceOf: (seenAt: Instant) => Provenance,
  ): Sourced<Invoice> => {
    tally.noteCached();
    return { document: onDay(invoice, dateOf(clock.now())), provenance: provenanceOf(seenAt) };
  };
  /** From the book, while it follows finance closely enough for the request; what it lacks, and else all, from finance. */
  const createFollowingLoader = <Key>(
    recordOf: (key: Key) => Promise<InvoiceRecord | null>,
    read: CachedRead<Key, Invoice>,
  ) =>
    createInvoiceLoader<Key>(async (keys) => {
      const provenanceOf = followed();
      if (provenanceOf === null) return read(keys, wish);
      const records = await Promise.all(keys.map(recordOf));
      const isBehind = records.map(
        (record) => record !== null && changedHere.isBehind(record.invoice.id, record.seenAt),
      );
      const isAsked = records.map((record, at) => record === null || isBehind[at] === true);
      const asked = keys.filter((_key, at) => isAsked[at]);
      const asNow = isBehind.includes(true) ? { ...wish, maxAgeMs: 0 } : wish;
      const told = (asked.length === 0 ? [] : await read(asked, asNow)).values();
      return records.map((record, at) =>
        record === null || isAsked[at] === true
          ? (told.next().value ?? null)
          : fromBook(record, provenanceOf),
      );
    });
  const invoiceByNumber = createFollowingLoader(
    (number: InvoiceNumber) => invoiceRecordByNumber.load(number),
    reads.invoicesByNumber,
  );
  const orderByNumber = createBatchLoader<OrderNumber, OrderRecord>({
    signal,
    load: async (numbers) =>
      (await orderBook.readOrdersByNumber(numbers)).map((record) => visibleTo(viewer, record)),
  });
  const invoiceById = createFollowingLoader(
    (id: InvoiceId) => invoiceRecord.load(id),
    reads.invoices,
  );
  /** By how long it takes, or by an error of finance, nobody finds out that another account has an invoice of that name. */
  const createLookUp = <Key>(
    recordOf: (key: Key) => Promise<InvoiceRecord | null>,
    known: BatchLoader<Key, InvoiceView>,
    lookUp: CachedRead<Key, Invoice>,
  ) => {
    const inFinance = createInvoiceLoader<Key>((keys) => lookUp(keys, wish));
    return createBatchLoader<Key, InvoiceView>({
      signal,
      load: (keys) =>
        Promise.all(
          keys.map(async (key) => {
            const record = await recordOf(key);
            const isOwn = record !== null && visibleTo(viewer, record.invoice) !== null;
            return (isOwn ? known : inFinance).load(key).catch((error: unknown) => error as Error);
          }),
        ),
    });
  };
  return {
    orderByNumber,
    invoiceByGivenId: createLookUp(
      (id) => invoiceRecord.load(id),
      invoiceById,
      reads.lookUps.invoices,
    ),
    invoiceByGivenNumber: createLookUp(
      (number) => invoiceRecordByNumber.load(number),
      invoiceByNumber,
      reads.lookUps.invoicesByNumber,
    ),
    orderById: createBatchLoader({
      signal,
      load: async (ids) =>
        (await readOrdersById(ids, { orderBook, shownOrders })).map((found) => {
          const record = visibleTo(viewer, found);
          if (record !== null && record.number !== null) orderByNumber.prime(record.number, record);
          return record;
        }),
    }),
    invoiceByNumber,
    invoiceRecord,
    remember,
    invoiceById,
    invoiceAsNow: createInvoiceLoader((ids) =>
      commandReads.invoices(ids, { ...wish, maxAgeMs: 0 }),
    ),
    invoiceInBook: createInvoiceLoader((ids) =>
      Promise.all(
        ids.map(async (id) => {
          const record = await invoiceRecord.load(id);
          return record && fromBook(record, asSeen);
        }),
      ),
    ),
    creditMemosOf: createBatchLoader({
      signal,
      load: (ids) => deps.creditMemoBook.readCreditMemos(ids),
    }),
    openDispute,
    invoicesOfOrder: createBatchLoader({
      signal,
      keyOf: ({ id }) => id,
      load: async (orders) => {
        const viewOf = (record: InvoiceRecord) => {
          return invoiceById.load(remember(record).invoice.id);
        };
        const bills = await readInvoicesOfOrders(orders, {
          deps,
          invoiceByNumber,
          viewOf: followed() === null ? null : viewOf,
        });
        return bills.map((found) =>
          found instanceof Error
            ? found
            : found.filter((invoice) => visibleTo(viewer, invoice) !== null),
        );
      },
    }),
    shipmentRecord: createBatchLoader({
      signal,
      load: (ids) => shipmentBook.readShipments(ids),
    }),
    shipmentIdsOfOrder: createBatchLoader({
      signal,
      load: async (numbers) =>
        (await shipmentBook.readShipmentsOfOrders(numbers)).map((records) =>
          records.map(({ shipment: { id } }) => ({ id })),
        ),
    }),
    return: createBatchLoader({
      signal,
      load: (ids) => deps.returnBook.readReturns(ids),
    }),
    command: createBatchLoader<string, CommandRecord>({
      signal,
      load: (ids) => deps.commandLog.read(ids),
    }),
    customer: createBatchLoader({ signal, load: documentsOf(reads.customers, wish) }),
    receivables: createBatchLoader({ signal, load: documentsOf(reads.receivables, wish) }),
  };
}

function viewed({ document, provenance }: Sourced<Invoice>): InvoiceView {
  return { ...document, provenance };
}
