import {
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInvoiceId,
  parseInvoiceNumber,
  parseOrderNumber,
  parseSku,
  parseWarehouseCode,
  type Customer,
  type Instant,
  type Invoice,
  type OrderKey,
  type OrderNumber,
  type PriceLine,
  type Receivables,
  type SourceOrder,
  type StockPosition,
  type Subject,
} from "@crossdock/domain";
import { createFixedClock, createLogger, createMetrics, createReadTally } from "@crossdock/runtime";
import { SourceUnavailableError } from "@crossdock/source-contract";
import { READ_AGES } from "./read-ages.ts";
import { createReadCache, type ReadCache } from "./read-cache.ts";
import {
  createAcceptanceReads,
  createReads,
  type AcceptanceReads,
  type Reads,
  type ReadsDeps,
} from "./reads.ts";

const SEEN = "2026-11-20T08:00:00.000Z" as Instant;
const USD = parseCurrencyCode("USD");
const [PIPE, VALVE] = [parseSku("NG-1"), parseSku("NG-2")];
const NUMBER = parseOrderNumber("SO-0000042");

type PriceQuery = Parameters<ReadsDeps["erp"]["prices"]["readPriceLines"]>[0];

const account = (number: string, priceGroup: string | null): Customer => ({
  number: parseCustomerNumber(number),
  name: number,
  status: "ACTIVE",
  currency: USD,
  priceGroup,
  creditLimit: null,
  shipToAddresses: [],
});
const lineOf = (customer: Customer | null, sku: PriceLine["sku"]): PriceLine => ({
  listCode: customer === null ? "LIST" : `CT-${customer.number}-${customer.priceGroup ?? "none"}`,
  appliesTo:
    customer === null
      ? { kind: "everyone" }
      : { kind: "customer", customerNumber: customer.number },
  sku,
  uom: null,
  minimumQuantity: parseDecimal("0"),
  unitPrice: { amount: parseDecimal("1"), currency: USD },
  discountPercent: parseDecimal("0"),
  startsOn: null,
  endsOn: null,
});

let cache: ReadCache;
let reads: Reads;
let acceptance: AcceptanceReads;
let calls: string[];
let isDown: boolean;
let ordersThrough: Instant | null;
/** When the stock book was seen last; `null` while it is not whole. */
let stockSeenAt: Instant | null;
let clock: ReturnType<typeof createFixedClock>;

const positionOf = (sku: StockPosition["sku"]) =>
  ({ sku, warehouse: parseWarehouseCode("EAST") }) as StockPosition;

/** Outside systems that tell what they were asked. */
function open(): void {
  calls = [];
  isDown = false;
  ordersThrough = null;
  stockSeenAt = null;
  clock = createFixedClock("2026-11-21T23:59:50.000Z");
  const logger = createLogger({ name: "test", level: "silent" });
  cache = createReadCache({ redis: null, clock, logger, metrics: createMetrics() });
  const asked = (what: string) => {
    calls.push(what);
    if (isDown) throw new SourceUnavailableError("any", what, "switched off");
  };
  const none = { isLoaded: () => Promise.resolve(false) };
  const invoice = (id: string) => ({ id, number: "INV-1" }) as unknown as Invoice;
  const deps: ReadsDeps = {
    cache,
    clock,
    erp: {
      name: "erp",
      products: {},
      customers: {},
      prices: {
        readPriceLines: async ({ customer, skus }: PriceQuery) => {
          asked(`prices ${customer?.number ?? "everyone"} ${skus.join(" ")}`);
          if (customer?.number === "C-BAD") throw new RangeError("spoilt");
          return skus.map((sku) => lineOf(customer, sku));
        },
      },
      orders: {
        readOrders: async (numbers: readonly OrderNumber[]) => {
          asked(`orders ${numbers.join(" ")}`);
          return numbers.map(
            (number) => ({ number, key: "7K3QF9M2ZT" as OrderKey }) as SourceOrder,
          );
        },
      },
    } as unknown as ReadsDeps["erp"],
    wms: {
      name: "wms",
      stock: {
        readStock: async (skus: readonly string[]) => {
          asked(`stock ${skus.join(" ")}`);
          return skus.map(() => []);
        },
        readLots: async (skus: readonly string[]) => {
          asked(`lots ${skus.join(" ")}`);
          return skus.map(() => []);
        },
      },
      shipments: {},
      warehouses: {
        listWarehouses: async () => {
          asked("warehouses");
          return [];
        },
      },
    } as unknown as ReadsDeps["wms"],
    finance: {
      name: "finance",
      invoices: {
        readInvoicesByNumber: async (numbers: readonly string[]) => {
          asked(`invoices ${numbers.join(" ")}`);
          return numbers.map(() => invoice("I-1"));
        },
      },
      receivables: {
        readReceivables: async (numbers: readonly string[], on: string) => {
          asked(`receivables ${numbers.join(" ")} ${on}`);
          return numbers.map((customerNumber) => ({ customerNumber }) as unknown as Receivables);
        },
      },
    } as unknown as ReadsDeps["finance"],
    productBook: none as ReadsDeps["productBook"],
    customerBook: none as ReadsDeps["customerBook"],
    priceBook: none as ReadsDeps["priceBook"],
    stockBook: {
      isLoaded: () => Promise.resolve(stockSeenAt !== null),
      readSeen: (skus) => {
        const seenAt = stockSeenAt ?? SEEN;
        return Promise.resolve(
          new Map(skus.map((sku) => [sku, { positions: [positionOf(sku)], seenAt }])),
        );
      },
    },
    orderBook: {
      readOrdersByNumber: (numbers) =>
        Promise.resolve(
          numbers.map(
            (number) => ({ source: { order: { number } as SourceOrder, seenAt: SEEN } }) as never,
          ),
        ),
    },
    invoiceBook: {
      readInvoices: (ids) =>
        Promise.resolve(ids.map((id) => ({ invoice: invoice(id), seenAt: SEEN, dispute: null }))),
      findByNumber: () => Promise.resolve(null),
    },
    ordersReadThrough: () => ordersThrough,
  };
  reads = createReads(deps);
  acceptance = createAcceptanceReads(deps);
}
beforeEach(open);
afterEach(() => cache.close());

const wish = () => ({
  signal: new AbortController().signal,
  maxAgeMs: null,
  tally: createReadTally(),
});
const subject = (text: string) => text as Subject;

test("prices of many accounts: one call per account, and nobody is told another's, whoever asked before", async () => {
  const accounts = [
    account("C1", "WHOLESALE"),
    account("C1", "RETAIL"), // moved to another group
    account("C1", null),
    account("C2", "WHOLESALE"),
    null,
  ];
  const keys = accounts.flatMap((customer) => [PIPE, VALVE].map((sku) => ({ customer, sku })));
  const codes = async () =>
    (await reads.priceLines(keys, wish())).map((found) =>
      found === null || found instanceof Error ? found : found.document.map((l) => l.listCode),
    );
  const expected = keys.map(({ customer, sku }) => [lineOf(customer, sku).listCode]);
  expect(await codes()).toEqual(expected);
  expect(await codes()).toEqual(expected);
  expect(calls).toEqual([
    "prices C1 NG-1 NG-2",
    "prices C1 NG-1 NG-2",
    "prices C1 NG-1 NG-2",
    "prices C2 NG-1 NG-2",
    "prices everyone NG-1 NG-2",
  ]);
});

test("an account whose prices cannot be read does not spoil another's", async () => {
  const [bad, good] = await reads.priceLines(
    [
      { customer: account("C-BAD", null), sku: PIPE },
      { customer: account("C1", null), sku: PIPE },
    ],
    wish(),
  );
  expect(bad).toEqual(new RangeError("spoilt"));
  expect(good).toMatchObject({ provenance: { source: "erp", freshness: "LIVE" } });
});

test("an order's document is known by its number and outdated by what happens to the order", async () => {
  await reads.orderDocuments([NUMBER], wish());
  await reads.orderDocuments([NUMBER], wish());
  expect(calls).toHaveLength(1);
  cache.expire([subject("order:7K3QF9M2ZT")]);
  await reads.orderDocuments([NUMBER], wish());
  expect(calls).toHaveLength(2);
});

test("an order that nobody looked at before is shown as its book has it while the ERP is away", async () => {
  isDown = true;
  const [found] = await reads.orderDocuments([NUMBER], wish());
  expect(found).toEqual({
    document: { number: NUMBER },
    provenance: { source: "erp", asOf: SEEN, freshness: "STALE" },
  });
});

test("an invoice that was asked for by its number is outdated by what happens to the invoice", async () => {
  const number = parseInvoiceNumber("INV-1");
  await reads.invoicesByNumber([number], wish());
  cache.expire([subject(`invoice:${parseInvoiceId("I-1")}`)]);
  await reads.invoicesByNumber([number], wish());
  expect(calls).toHaveLength(2);
});

test("what an account owes is asked anew on the next day, and after anything happened to one of its invoices", async () => {
  const numbers = [parseCustomerNumber("C1"), parseCustomerNumber("C2")];
  await reads.receivables(numbers, wish());
  clock.advance(10_000);
  await reads.receivables(numbers, wish());
  cache.expire([subject("receivables:C2")]);
  await reads.receivables(numbers, wish());
  expect(calls).toEqual([
    "receivables C1 C2 2026-11-21",
    "receivables C1 C2 2026-11-22",
    "receivables C2 2026-11-22",
  ]);
});

test("the warehouses are one call for everybody", async () => {
  const found = await Promise.all([
    reads.warehouses(["all"], wish()),
    reads.warehouses(["all"], wish()),
  ]);
  expect(found.flat()).toHaveLength(2);
  expect(calls).toEqual(["warehouses"]);
});

describe("stock", () => {
  const readStock = async (from: Pick<Reads, "stock"> = reads) => {
    const [found] = await from.stock([PIPE], wish());
    if (found instanceof Error) throw found;
    return [found?.document.length, found?.provenance.freshness, found?.provenance.asOf];
  };

  test("is told from the book while that is fresh, and the warehouse is asked for what is older", async () => {
    stockSeenAt = clock.now();
    clock.advance(READ_AGES.stock.freshMs);
    expect(await readStock()).toEqual([1, "CACHED", stockSeenAt]);
    clock.advance(1);
    expect(await readStock()).toEqual([0, "LIVE", clock.now()]);
    expect(calls).toEqual(["stock NG-1"]);
  });

  test("is told from a book of any age while the warehouse cannot be asked; an order is judged by an hour at most", async () => {
    stockSeenAt = clock.now();
    isDown = true;
    clock.advance(READ_AGES.stock.usableMs);
    expect(await readStock(acceptance)).toEqual([1, "STALE", stockSeenAt]);
    clock.advance(1);
    await expect(readStock(acceptance)).rejects.toThrow(SourceUnavailableError);
    clock.advance(READ_AGES.stock.usableMs);
    expect(await readStock()).toEqual([1, "STALE", stockSeenAt]);
  });

  test("is not told from a book that is not whole", async () => {
    expect(await readStock()).toEqual([0, "LIVE", clock.now()]);
    isDown = true;
    cache.expire([subject("stock:NG-1")]);
    clock.advance(READ_AGES.stock.usableMs + 1);
    await expect(readStock()).rejects.toThrow(SourceUnavailableError);
  });

  test("costs no lots; they are read for who asks for them, and outdated with it", async () => {
    await readStock();
    expect(calls).toEqual(["stock NG-1"]);
    await reads.lots([PIPE], wish());
    await reads.lots([PIPE], wish());
    expect(calls).toEqual(["stock NG-1", "lots NG-1"]);
    cache.expire([subject("stock:NG-1")]);
    await reads.lots([PIPE], wish());
    expect(calls).toEqual(["stock NG-1", "lots NG-1", "lots NG-1"]);
  });
});
