import {
  customerSubject,
  dateOf,
  invoiceSubject,
  itemSubject,
  orderIdOfNumber,
  orderSubject,
  receivablesSubject,
  shipmentsOfOrderSubject,
  shipmentSubject,
  stockSubject,
  type Customer,
  type CustomerNumber,
  type Invoice,
  type InvoiceId,
  type Instant,
  type InvoiceNumber,
  type LotsInWarehouse,
  type OrderId,
  type OrderNumber,
  type PriceLine,
  type Product,
  type Receivables,
  type Shipment,
  type ShipmentId,
  type Sku,
  type SourceOrder,
  type StockPosition,
  type Subject,
  type Warehouse,
} from "@crossdock/domain";
import type {
  BookRecord,
  CustomerBook,
  InvoiceBook,
  InvoiceRecord,
  OrderBook,
  PriceBook,
  ProductBook,
  StockBook,
} from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { ErpSystem, FinanceSystem, WmsSystem } from "@crossdock/source-contract";
import type { CachedRead, Remembered } from "./cached-read.ts";
import {
  priceLinesFrom,
  priceLinesInBook,
  priceLinesKeyOf,
  type PriceLinesKey,
} from "./price-lines.ts";
import { Lateness } from "./pace.ts";
import { createQuotes, type Quotes, type QuotesDeps } from "./quotes.ts";
import { stockInBook } from "./stock-in-book.ts";
import { ACCEPTANCE_AGES, READ_AGES } from "./read-ages.ts";
import type { Ages, ReaderOptions } from "./reader.ts";

/**
 * Every read of a source that subgraphs make, through the cache: what one request or one subgraph has asked,
 * no other asks again. Nothing here looks at who is asking.
 */
export type Reads = Quotes & {
  readonly products: CachedRead<Sku, Product>;
  readonly customers: CachedRead<CustomerNumber, Customer>;
  /** Every line that may hold for the customer, whatever date and quantity; no line is an empty list. */
  readonly priceLines: CachedRead<PriceLinesKey, readonly PriceLine[]>;
  /** By warehouse code, as the warehouses tell it: without our reservations. Empty for a sku that they do not know. */
  readonly stock: CachedRead<Sku, readonly StockPosition[]>;
  /** What the stock is made of, by warehouse code; empty for a sku without lots. */
  readonly lots: CachedRead<Sku, readonly LotsInWarehouse[]>;
  /** All of them, by code. */
  readonly warehouses: CachedRead<"all", readonly Warehouse[]>;
  /** The ERP's document; as the order book has seen it last when the ERP does not answer. */
  readonly orderDocuments: CachedRead<OrderNumber, SourceOrder>;
  /** Finance's document; as the invoice book has seen it last when finance does not answer. */
  readonly invoices: CachedRead<InvoiceId, Invoice>;
  readonly invoicesByNumber: CachedRead<InvoiceNumber, Invoice>;
  /** What accounts owe today; `null` for one that finance does not know. */
  readonly receivables: CachedRead<CustomerNumber, Receivables>;
  /** As the warehouses tell it: not merged with what the shipment book has. */
  readonly shipments: CachedRead<ShipmentId, Shipment>;
  /** Oldest first; otherwise as `shipments`. */
  readonly shipmentsOfOrders: CachedRead<OrderNumber, readonly Shipment[]>;
  /** For names of which the books have nothing that the asker may see. */
  readonly lookUps: LookUps;
};

/**
 * What a source has of a name, past all books: what belongs to somebody else, and is in a book, is asked for as long as what
 * nobody has, and both are told of by the same error while the source does not answer.
 */
export type LookUps = {
  readonly orders: CachedRead<OrderNumber, SourceOrder>;
  readonly invoices: CachedRead<InvoiceId, Invoice>;
  readonly invoicesByNumber: CachedRead<InvoiceNumber, Invoice>;
  readonly shipments: CachedRead<ShipmentId, Shipment>;
};

export type ReadsDeps = QuotesDeps & {
  readonly erp: Pick<ErpSystem, "name" | "products" | "customers" | "prices"> & {
    readonly orders: Pick<ErpSystem["orders"], "readOrders">;
  };
  readonly wms: Pick<WmsSystem, "name" | "stock" | "warehouses"> & {
    readonly shipments: Pick<WmsSystem["shipments"], "readShipments" | "readShipmentsOfOrders">;
  };
  readonly finance: Pick<FinanceSystem, "name" | "receivables"> & {
    readonly invoices: Pick<FinanceSystem["invoices"], "readInvoices" | "readInvoicesByNumber">;
  };
  readonly productBook: ProductBook;
  readonly customerBook: CustomerBook;
  readonly priceBook: PriceBook;
  readonly stockBook: Pick<StockBook, "isLoaded" | "readSeen">;
  readonly orderBook: Pick<OrderBook, "readOrdersByNumber">;
  readonly invoiceBook: Pick<InvoiceBook, "readInvoices" | "findByNumber">;
  /** Whatever orders the ERP had at that moment are in the book; `null` before its feed was read to its end. */
  readonly ordersReadThrough: () => Instant | null;
  readonly clock: Clock;
  /**
   * How long whoever must not be shown an older bill waits for finance, before he is after all; as every reader when
   * left out.
   */
  readonly insistMs?: number;
};

/** What an order is judged by. */
export type AcceptanceReads = Pick<
  Reads,
  "products" | "customers" | "priceLines" | "stock" | "warehouses"
>;

/** Made again with systems in another lane it shares what is kept, and asks in that lane. */
export function createReads(deps: ReadsDeps): Reads {
  const { cache, erp, wms, finance, clock, insistMs } = deps;
  const ofInvoices = { ...READ_AGES.invoice, ...(insistMs === undefined ? {} : { insistMs }) };
  return {
    ...createFactReads(deps, READ_AGES, {
      ofErp: { recallsFirst: true },
      ofWms: { recallsFirst: true },
    }),
    lots: cache.reader<Sku, readonly LotsInWarehouse[]>({
      name: "lots",
      source: wms.name,
      keyOf: String,
      subjectsOf: (sku) => [stockSubject(sku)],
      ages: READ_AGES.lots,
      read: (skus, signal) => wms.stock.readLots(skus, signal),
    }),
    orderDocuments: cache.reader<OrderNumber, SourceOrder>({
      name: "order document",
      source: erp.name,
      keyOf: String,
      subjectsOf: (number, order) => [subjectOfOrder(number, order)],
      ages: READ_AGES.orderDocument,
      read: erp.orders.readOrders,
      recallsFirst: true,
      recall: async (numbers) => {
        // Before the book is asked: what the feed has read by then is in it.
        const through = deps.ordersReadThrough();
        const records = await deps.orderBook.readOrdersByNumber(numbers);
        return records.map((record) => {
          if (record?.source == null) return null;
          const { order, seenAt } = record.source;
          return {
            document: order,
            seenAt: through !== null && through > seenAt ? through : seenAt,
          };
        });
      },
    }),
    invoices: cache.reader<InvoiceId, Invoice>({
      name: "invoice",
      source: finance.name,
      keyOf: String,
      subjectsOf: (id) => [invoiceSubject(id)],
      ages: ofInvoices,
      read: finance.invoices.readInvoices,
      recall: async (ids) => (await deps.invoiceBook.readInvoices(ids)).map(rememberedInvoice),
    }),
    invoicesByNumber: cache.reader<InvoiceNumber, Invoice>({
      name: "invoice by number",
      source: finance.name,
      keyOf: String,
      subjectsOf: (_number, invoice) => (invoice === null ? [] : [invoiceSubject(invoice.id)]),
      ages: ofInvoices,
      read: finance.invoices.readInvoicesByNumber,
      recall: (numbers) =>
        Promise.all(
          numbers.map(async (number) =>
            rememberedInvoice(await deps.invoiceBook.findByNumber(number)),
          ),
        ),
    }),
    receivables: cache.reader<CustomerNumber, Receivables>({
      name: "receivables",
      source: finance.name,
      // What was not due yesterday may be overdue today.
      keyOf: (number) => `${dateOf(clock.now())} ${number}`,
      subjectsOf: (number) => [receivablesSubject(number)],
      ages: READ_AGES.receivables,
      read: (numbers, signal) =>
        finance.receivables.readReceivables(numbers, dateOf(clock.now()), signal),
    }),
    shipments: cache.reader<ShipmentId, Shipment>({
      name: "shipment",
      source: wms.name,
      keyOf: String,
      subjectsOf: (id) => [shipmentSubject(id)],
      ages: READ_AGES.shipment,
      read: wms.shipments.readShipments,
    }),
    shipmentsOfOrders: cache.reader<OrderNumber, readonly Shipment[]>({
      name: "shipments of order",
      source: wms.name,
      keyOf: String,
      subjectsOf: (number, shipments) => [
        shipmentsOfOrderSubject(number),
        ...(shipments ?? []).map(({ id }) => shipmentSubject(id)),
      ],
      ages: READ_AGES.shipment,
      read: (numbers, signal) => wms.shipments.readShipmentsOfOrders(numbers, signal),
    }),
    lookUps: createLookUps(deps),
    ...createQuotes(deps),
  };
}

function createLookUps({ cache, erp, wms, finance }: ReadsDeps): LookUps {
  const ages = READ_AGES.lookUp;
  return {
    orders: cache.reader<OrderNumber, SourceOrder>({
      name: "order look-up",
      source: erp.name,
      keyOf: String,
      subjectsOf: (number, order) => [subjectOfOrder(number, order)],
      ages,
      read: erp.orders.readOrders,
    }),
    invoices: cache.reader<InvoiceId, Invoice>({
      name: "invoice look-up",
      source: finance.name,
      keyOf: String,
      subjectsOf: (id) => [invoiceSubject(id)],
      ages,
      read: finance.invoices.readInvoices,
    }),
    invoicesByNumber: cache.reader<InvoiceNumber, Invoice>({
      name: "invoice look-up by number",
      source: finance.name,
      keyOf: String,
      subjectsOf: (_number, invoice) => (invoice === null ? [] : [invoiceSubject(invoice.id)]),
      ages,
      read: finance.invoices.readInvoicesByNumber,
    }),
    shipments: cache.reader<ShipmentId, Shipment>({
      name: "shipment look-up",
      source: wms.name,
      keyOf: String,
      subjectsOf: (id) => [shipmentSubject(id)],
      ages,
      read: wms.shipments.readShipments,
    }),
  };
}

/**
 * The same for accepting orders, sharing what is kept: nobody waits for a late source, not even after an event, while
 * something usable is known, and a source's lateness is found out once.
 */
export function createAcceptanceReads(deps: ReadsDeps): AcceptanceReads {
  return createFactReads(deps, ACCEPTANCE_AGES, {
    ofErp: { lateness: new Lateness(deps.clock) },
    ofWms: { lateness: new Lateness(deps.clock) },
  });
}

type Shared = Pick<ReaderOptions<never, never>, "lateness" | "recallsFirst">;

function createFactReads(
  deps: ReadsDeps,
  ages: Readonly<Record<keyof typeof ACCEPTANCE_AGES, Ages>>,
  { ofErp, ofWms }: { readonly ofErp: Shared; readonly ofWms: Shared },
): AcceptanceReads {
  const { cache, erp, wms } = deps;
  return {
    products: cache.reader<Sku, Product>({
      name: "product",
      source: erp.name,
      ...ofErp,
      keyOf: String,
      subjectsOf: (sku) => [itemSubject(sku)],
      ages: ages.product,
      read: erp.products.readProducts,
      recall: inMasterData(deps.productBook, (skus) => deps.productBook.readProducts(skus)),
    }),
    customers: cache.reader<CustomerNumber, Customer>({
      name: "customer",
      source: erp.name,
      ...ofErp,
      keyOf: String,
      subjectsOf: (number) => [customerSubject(number)],
      ages: ages.customer,
      read: erp.customers.readCustomers,
      recall: inMasterData(deps.customerBook, (numbers) =>
        deps.customerBook.readCustomers(numbers),
      ),
    }),
    priceLines: cache.reader<PriceLinesKey, readonly PriceLine[]>({
      name: "price lines",
      source: erp.name,
      ...ofErp,
      keyOf: priceLinesKeyOf,
      // Whose prices of an item changed, no event says.
      subjectsOf: ({ sku }) => [itemSubject(sku)],
      ages: ages.priceLines,
      read: priceLinesFrom(erp.prices),
      recall: priceLinesInBook(deps.priceBook),
    }),
    stock: cache.reader<Sku, readonly StockPosition[]>({
      name: "stock",
      source: wms.name,
      ...ofWms,
      keyOf: String,
      subjectsOf: (sku) => [stockSubject(sku)],
      ages: ages.stock,
      read: (skus, signal) => wms.stock.readStock(skus, signal),
      recall: stockInBook(deps.stockBook, `${wms.name}-stock`),
      recallHasEvents: true,
    }),
    warehouses: cache.reader<"all", readonly Warehouse[]>({
      name: "warehouses",
      source: wms.name,
      ...ofWms,
      keyOf: String,
      subjectsOf: () => [],
      ages: ages.warehouses,
      read: async (_all, signal) => [await wms.warehouses.listWarehouses(signal)],
    }),
  };
}

/** An order of ours is known by its key, which the document tells. */
function subjectOfOrder(number: OrderNumber, order: SourceOrder | null): Subject {
  const key = order?.key ?? null;
  return orderSubject(key === null ? orderIdOfNumber(number) : (key as string as OrderId));
}

function rememberedInvoice(record: InvoiceRecord | null): Remembered<Invoice> | null {
  return record === null ? null : { document: record.invoice, seenAt: record.seenAt };
}

/** Before all of the ERP's records are in the book, what is not there says nothing. */
function inMasterData<Key, Document>(
  book: { isLoaded(): Promise<boolean> },
  read: (keys: readonly Key[]) => Promise<readonly (BookRecord<Document> | null)[]>,
): (keys: readonly Key[]) => Promise<readonly (Remembered<Document> | null)[]> {
  return async (keys) => {
    if (!(await book.isLoaded())) return keys.map(() => null);
    return (await read(keys)).map((record) =>
      record === null ? null : { document: record.document, seenAt: record.provenance.asOf },
    );
  };
}
