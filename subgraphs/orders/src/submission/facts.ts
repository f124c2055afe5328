import type {
  Customer,
  CustomerNumber,
  PriceLine,
  Product,
  Sku,
  StockPosition,
  Warehouse,
} from "@crossdock/domain";
import {
  priceLinesKeyOf,
  type AcceptanceReads,
  type PriceLinesKey,
  type Sourced,
  type Wish,
} from "@crossdock/reads";
import { createBatchLoader, documentsOf, type BatchLoader } from "@crossdock/subgraph-kit";

/**
 * What an order is judged by, as the ERP and the warehouse told it: one answer per key and request. An order can be
 * taken while they are away, by what they told before (docs/decisions/0008-facts-for-acceptance.md); what is asked for
 * throws {@link SourceUnavailableError} only where nothing usable is known.
 */
export type Facts = {
  readonly customer: BatchLoader<CustomerNumber, Customer>;
  readonly product: BatchLoader<Sku, Product>;
  readonly priceLines: BatchLoader<PriceLinesKey, readonly PriceLine[]>;
  /** As the warehouses tell it, and when they were asked: without our reservations. */
  readonly stock: BatchLoader<Sku, Sourced<readonly StockPosition[]>>;
  readonly warehouses: BatchLoader<"all", readonly Warehouse[]>;
};

/** How old they may be does not depend on the request: a buyer who wants young prices is not kept waiting for his order. */
export function createFacts(reads: AcceptanceReads, request: Wish): Facts {
  const { signal } = request;
  const wish = { ...request, maxAgeMs: null };
  return {
    customer: createBatchLoader({ load: documentsOf(reads.customers, wish), signal }),
    product: createBatchLoader({ load: documentsOf(reads.products, wish), signal }),
    priceLines: createBatchLoader({
      load: documentsOf(reads.priceLines, wish),
      keyOf: priceLinesKeyOf,
      signal,
    }),
    stock: createBatchLoader({ load: (skus) => reads.stock(skus, wish), signal }),
    warehouses: createBatchLoader({ load: documentsOf(reads.warehouses, wish), signal }),
  };
}
