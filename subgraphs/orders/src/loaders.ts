import {
  dateOf,
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
  type StockPosition,
  type Warehouse,
} from "@crossdock/domain";
import type { CommandRecord } from "@crossdock/commands";
import type { Position } from "@crossdock/events";
import type { HeldByAccount, OrderRecord } from "@crossdock/processes";
import {
  createBatchLoader,
  liveOrRemembered,
  type BatchLoader,
  type Sourced,
} from "@crossdock/subgraph-kit";
import type { OrdersDeps } from "./deps.ts";
import { readOpeningPositions } from "./order/opening-position.ts";
import { recordOfSource } from "./order/order-of-source.ts";

/** Every batched read of this subgraph; nothing here looks at who is asking. */
export type Loaders = {
  readonly customer: BatchLoader<CustomerNumber, Customer>;
  /** What finance says of the account; only where our own books cannot. */
  readonly receivables: BatchLoader<CustomerNumber, Receivables>;
  /** From our own books; `null` while finance's history is still being read. */
  readonly openBalance: BatchLoader<CustomerNumber, Decimal>;
  readonly unbilledTotal: BatchLoader<CustomerNumber, Money>;
  readonly product: BatchLoader<Sku, Product>;
  /** As the warehouses tell it: without our reservations. */
  readonly stock: BatchLoader<Sku, readonly StockPosition[]>;
  /** What reservations hold now. */
  readonly held: BatchLoader<Sku, readonly HeldByAccount[]>;
  /** Of whatever account: nothing here looks at who is asking. */
  readonly reservation: BatchLoader<ReservationId, Reservation>;
  readonly priceLines: BatchLoader<PriceLinesKey, readonly PriceLine[]>;
  readonly order: BatchLoader<OrderId, OrderRecord>;
  readonly orderByNumber: BatchLoader<OrderNumber, OrderRecord>;
  /** The ERP's document; as last seen, when the ERP does not answer. */
  readonly document: BatchLoader<OrderNumber, Sourced<SourceOrder>>;
  /** Where the log stood before the order's first event. */
  readonly openingPosition: BatchLoader<OrderId, Position>;
  readonly command: BatchLoader<string, CommandRecord>;
  readonly return: BatchLoader<ReturnId, Return>;
  readonly warehouses: () => Promise<readonly Warehouse[]>;
};

/** No customer: prices for everyone. */
export type PriceLinesKey = { readonly customer: Customer | null; readonly sku: Sku };

export function createLoaders(deps: OrdersDeps, signal: AbortSignal): Loaders {
  const { erp, wms, finance, orderBook, invoiceBook, reservationBook, clock } = deps;
  let warehouses: Promise<readonly Warehouse[]> | null = null;

  const customer = createBatchLoader<CustomerNumber, Customer>({
    load: erp.customers.readCustomers,
    signal,
  });
  const product = createBatchLoader<Sku, Product>({ load: erp.products.readProducts, signal });
  const stock = createBatchLoader<Sku, readonly StockPosition[]>({
    load: (skus) => wms.stock.readStock(skus, signal),
    signal,
  });
  const held = createBatchLoader<Sku, readonly HeldByAccount[]>({
    load: (skus) => reservationBook.readHeld(skus),
    signal,
  });
  const priceLines = createBatchLoader<PriceLinesKey, readonly PriceLine[]>({
    load: (keys) => readPriceLines(deps, keys, signal),
    keyOf: ({ customer: buyer, sku }) => `${buyer?.number ?? ""}|${sku}`,
    signal,
  });
  const document = createBatchLoader<OrderNumber, Sourced<SourceOrder>>({
    load: liveOrRemembered({
      source: erp.name,
      read: erp.orders.readOrders,
      recall: async (numbers) =>
        (await orderBook.readOrdersByNumber(numbers)).map((record) =>
          record?.source == null
            ? null
            : { document: record.source.order, seenAt: record.source.seenAt },
        ),
      clock,
    }),
    signal,
  });
  const order = createBatchLoader<OrderId, OrderRecord>({
    load: (ids) => readRecords(ids),
    signal,
  });
  const orderByNumber = createBatchLoader<OrderNumber, OrderRecord>({
    load: async (numbers) => {
      const known = await orderBook.readOrdersByNumber(numbers);
      return Promise.all(known.map((record, at) => record ?? unseen(numbers[at])));
    },
    signal,
  });

  async function readRecords(ids: readonly OrderId[]) {
    const known = await orderBook.readOrders(ids);
    return Promise.all(
      known.map((record, at) => {
        const id = ids[at];
        if (record !== null || id === undefined) return record;
        const name = readOrderId(id);
        return name.kind === "erpBorn" ? unseen(name.number, id) : null;
      }),
    );
  }

  /** An order that the ERP has and its feed has not told of yet. An error stays with its own key. */
  async function unseen(
    number: OrderNumber | undefined,
    id?: OrderId,
  ): Promise<OrderRecord | Error | null> {
    if (number === undefined) return null;
    try {
      const found = await document.load(number);
      const ours = found?.document.key == null ? null : await ourOrder(found.document.key);
      const record = ours ?? (found === null ? null : recordOfSource(found.document, clock.now()));
      return id === undefined || record?.id === id ? record : null;
    } catch (error) {
      if (error instanceof Error) return error;
      throw error;
    }
  }

  const ourOrder = async (key: string): Promise<OrderRecord | null> =>
    (await orderBook.readOrders([key as OrderId]))[0] ?? null;

  return {
    customer,
    receivables: createBatchLoader<CustomerNumber, Receivables>({
      load: (numbers) => finance.receivables.readReceivables(numbers, dateOf(clock.now()), signal),
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
    product,
    stock,
    held,
    reservation: createBatchLoader<ReservationId, Reservation>({
      load: (ids) => reservationBook.readReservations(ids),
      signal,
    }),
    priceLines,
    order,
    orderByNumber,
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
    warehouses: () => (warehouses ??= wms.warehouses.listWarehouses(signal)),
  };
}

/** One call per customer, whatever the number of products. */
async function readPriceLines(
  { erp }: OrdersDeps,
  keys: readonly PriceLinesKey[],
  signal: AbortSignal,
): Promise<readonly (readonly PriceLine[])[]> {
  const customers = new Map(keys.map(({ customer }) => [customer?.number ?? null, customer]));
  const linesOf = new Map(
    await Promise.all(
      [...customers].map(async ([number, customer]) => {
        const skus = keys
          .filter((key) => (key.customer?.number ?? null) === number)
          .map(({ sku }) => sku);
        const lines = await erp.prices.readPriceLines({ customer, skus }, signal);
        return [number, lines] as const;
      }),
    ),
  );
  return keys.map(({ customer, sku }) =>
    (linesOf.get(customer?.number ?? null) ?? []).filter((line) => line.sku === sku),
  );
}
