import type { EventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import {
  createCustomerBook,
  createInvoiceBook,
  createOrderBook,
  createPriceBook,
  createProductBook,
  createStockBook,
} from "@crossdock/processes";
import {
  createAcceptanceReads,
  createReadCache,
  createReads,
  expireOnEvents,
  type AcceptanceReads,
  type ReadCache,
  type Reads,
  type ReadsDeps,
} from "@crossdock/reads";
import { createLogger, createMetrics, type Clock } from "@crossdock/runtime";

/** Of the master data books: two looks of their feed. */
const STALE_AFTER_MS = 120_000;

type Parts<System> = { readonly [Part in keyof System]?: Partial<System[Part]> };

/** Reads through a cache in memory, as a process has them that has just started. */
export type ReadsOver = {
  readonly reads: Reads;
  readonly acceptance: AcceptanceReads;
  readonly cache: ReadCache;
};

/** @param systems what a test asks of them; the rest must not be read */
export function readsOver(
  systems: {
    readonly erp?: Parts<ReadsDeps["erp"]>;
    readonly wms?: Parts<ReadsDeps["wms"]>;
    readonly finance?: Parts<ReadsDeps["finance"]>;
    readonly tax?: ReadsDeps["tax"];
    readonly carrier?: ReadsDeps["carrier"];
  },
  { ledger, clock }: { readonly ledger: Ledger; readonly clock: Clock },
): ReadsOver {
  const cache = createReadCache({
    redis: null,
    clock,
    logger: createLogger({ name: "test", level: "silent" }),
    metrics: createMetrics(),
  });
  const book = { ledger, source: "erp", clock, staleAfterMs: STALE_AFTER_MS };
  // What a test leaves out is not a function.
  const deps = {
    cache,
    erp: { name: "erp", products: {}, customers: {}, prices: {}, orders: {}, ...systems.erp },
    wms: { name: "wms", stock: {}, warehouses: {}, shipments: {}, ...systems.wms },
    finance: { name: "finance", receivables: {}, invoices: {}, ...systems.finance },
    tax: systems.tax ?? null,
    carrier: systems.carrier ?? null,
    productBook: createProductBook(book),
    customerBook: createCustomerBook(book),
    priceBook: createPriceBook(book),
    stockBook: createStockBook(ledger),
    orderBook: createOrderBook(ledger),
    invoiceBook: createInvoiceBook(ledger),
    // No feed keeps these books: their records are as old as they say themselves.
    ordersReadThrough: () => null,
    clock,
  } as ReadsDeps;
  return { cache, reads: createReads(deps), acceptance: createAcceptanceReads(deps) };
}

/** Events outdate what any of the caches holds, also of those that are added later. @returns ends it */
export function expireAll(
  caches: ReadonlySet<ReadCache>,
  eventLog: Pick<EventLog, "witness">,
): ReturnType<typeof expireOnEvents> {
  const expire: ReadCache["expire"] = (subjects) => {
    const all = [...subjects];
    for (const cache of caches) cache.expire(all);
  };
  return expireOnEvents({ expire }, eventLog);
}
