import type { Instant, Product, Sku, StockPosition } from "@crossdock/domain";
import { MAX_BATCH_KEYS } from "@crossdock/source-contract";
import DataLoader from "dataloader";
import { LRUCache } from "lru-cache";
import type { InventoryDeps } from "../deps.ts";

/** Stock as the warehouses told it, our reservations left aside. */
export type StockFact = {
  /** The warehouses were asked then: whatever happened later is not in it. */
  readonly askedAt: Instant;
  readonly positions: readonly StockPosition[];
};

/** What a reservation is judged by, for all who reserve at the same time. */
export interface ReservationFacts {
  /** @throws {SourceUnavailableError} the ERP does not answer */
  product(sku: Sku): Promise<Product | null>;
  /** @throws {SourceUnavailableError} the warehouse system does not answer */
  stock(sku: Sku): Promise<StockFact>;
}

/**
 * Many reserve the same product at once, and a warehouse system gives few calls a minute: what it told
 * shortly before serves for all of them. What our own ledger has decided since is counted beside it.
 */
const STOCK_FRESH_MS = 2_000;
const PRODUCT_FRESH_MS = 10_000;
const MAX_FACTS = 10_000;
/** One read, for all who wait for it. */
const READ_TIMEOUT_MS = 20_000;

export function createReservationFacts({
  erp,
  wms,
  clock,
}: Pick<InventoryDeps, "erp" | "wms" | "clock">): ReservationFacts {
  const perf = { now: () => clock.nowMs() };
  // What is asked in the same turn, by whichever request, is one bulk call.
  const productReads = readsOf<Product | null>((skus) =>
    erp.products.readProducts(skus, AbortSignal.timeout(READ_TIMEOUT_MS)),
  );
  const stockReads = readsOf((skus) =>
    wms.stock.readStock(skus, AbortSignal.timeout(READ_TIMEOUT_MS)),
  );
  const products = new LRUCache<Sku, Product>({
    max: MAX_FACTS,
    ttl: PRODUCT_FRESH_MS,
    perf,
    // What does not exist is not remembered.
    fetchMethod: async (sku) => (await productReads.load(sku)) ?? undefined,
  });
  const stock = new LRUCache<Sku, StockFact>({
    max: MAX_FACTS,
    ttl: STOCK_FRESH_MS,
    perf,
    fetchMethod: async (sku) => {
      const askedAt = clock.now();
      return { askedAt, positions: await stockReads.load(sku) };
    },
  });
  return {
    product: async (sku) => (await products.fetch(sku)) ?? null,
    stock: (sku) => stock.forceFetch(sku),
  };
}

function readsOf<Value>(read: (skus: readonly Sku[]) => Promise<readonly (Value | Error)[]>) {
  return new DataLoader<Sku, Value>(read, { cache: false, maxBatchSize: MAX_BATCH_KEYS });
}
