import {
  dateOf,
  type Customer,
  type Dispute,
  type CustomerNumber,
  type Invoice,
  type InvoiceId,
  type InvoiceNumber,
  type OrderId,
  type OrderNumber,
  type Receivables,
  type ShipmentId,
} from "@crossdock/domain";
import type { CommandRecord } from "@crossdock/commands";
import type {
  CreditMemoRecord,
  InvoiceRecord,
  OrderRecord,
  ShipmentRecord,
} from "@crossdock/processes";
import {
  createBatchLoader,
  liveOrRemembered,
  type BatchLoad,
  type BatchLoader,
  type Sourced,
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
  /** From finance, else as the book has it. */
  readonly invoiceById: BatchLoader<InvoiceId, InvoiceView>;
  readonly invoiceByNumber: BatchLoader<InvoiceNumber, InvoiceView>;
  /** Not checked against the viewer. */
  readonly invoiceRecord: BatchLoader<InvoiceId, InvoiceRecord>;
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
  readonly command: BatchLoader<string, CommandRecord>;
  /** What accounts owe today; `null` for one that finance does not know. As `customer`. */
  readonly receivables: BatchLoader<CustomerNumber, Receivables>;
};

export function createLoaders(deps: BillingDeps, { signal, viewer }: SubgraphRequest): Loaders {
  const { clock, erp, finance, invoiceBook, orderBook, shipmentBook } = deps;
  const visibleInvoices =
    <Key>(load: BatchLoad<Key, Sourced<Invoice>>): BatchLoad<Key, InvoiceView> =>
    async (keys, abort) =>
      (await load(keys, abort)).map((found) =>
        found === null || found instanceof Error
          ? found
          : visibleTo(viewer, { ...found.document, provenance: found.provenance }),
      );

  const invoiceByNumber = createBatchLoader({
    signal,
    load: visibleInvoices(
      liveOrRemembered<InvoiceNumber, Invoice>({
        source: finance.name,
        read: finance.invoices.readInvoicesByNumber,
        recall: async (numbers) =>
          Promise.all(
            numbers.map(async (number) => remembered(await invoiceBook.findByNumber(number))),
          ),
        clock,
      }),
    ),
  });
  const invoiceRecord = createBatchLoader<InvoiceId, InvoiceRecord>({
    signal,
    load: (ids) => invoiceBook.readInvoices(ids),
  });
  const inBook = (ids: readonly InvoiceId[]) =>
    Promise.all(ids.map(async (id) => remembered(await invoiceRecord.load(id))));

  const orderByNumber = createBatchLoader<OrderNumber, OrderRecord>({
    signal,
    load: async (numbers) =>
      (await orderBook.readOrdersByNumber(numbers)).map((record) => visibleTo(viewer, record)),
  });
  return {
    orderByNumber,
    orderById: createBatchLoader({
      signal,
      load: async (ids) =>
        (await orderBook.readOrders(ids)).map((found) => {
          const record = visibleTo(viewer, found);
          if (record !== null && record.number !== null) orderByNumber.prime(record.number, record);
          return record;
        }),
    }),
    invoiceByNumber,
    invoiceRecord,
    invoiceById: createBatchLoader({
      signal,
      load: visibleInvoices(
        liveOrRemembered<InvoiceId, Invoice>({
          source: finance.name,
          read: finance.invoices.readInvoices,
          recall: inBook,
          clock,
        }),
      ),
    }),
    invoiceInBook: createBatchLoader({
      signal,
      load: visibleInvoices(async (ids) =>
        (await inBook(ids)).map((known) =>
          known === null
            ? null
            : {
                document: known.document,
                provenance: { source: finance.name, asOf: known.seenAt, freshness: "CACHED" },
              },
        ),
      ),
    }),
    creditMemosOf: createBatchLoader({
      signal,
      load: (ids) => deps.creditMemoBook.readCreditMemos(ids),
    }),
    openDispute: createBatchLoader({
      signal,
      load: (ids) => invoiceBook.readOpenDisputes(ids),
    }),
    invoicesOfOrder: createBatchLoader({
      signal,
      keyOf: ({ id }) => id,
      load: async (orders) =>
        (await readInvoicesOfOrders(orders, { deps, invoiceByNumber })).map((found) =>
          found instanceof Error
            ? found
            : found.filter((invoice) => visibleTo(viewer, invoice) !== null),
        ),
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
    command: createBatchLoader<string, CommandRecord>({
      signal,
      load: (ids) => deps.commandLog.read(ids),
    }),
    customer: createBatchLoader({
      signal,
      load: (numbers, abort) => erp.customers.readCustomers(numbers, abort),
    }),
    receivables: createBatchLoader({
      signal,
      load: (numbers, abort) =>
        finance.receivables.readReceivables(numbers, dateOf(clock.now()), abort),
    }),
  };
}

function remembered(record: InvoiceRecord | null) {
  return record === null ? null : { document: record.invoice, seenAt: record.seenAt };
}
