import type { Instant, Product, Sku, StockPosition } from "@crossdock/domain";
import { SourceUnavailableError } from "@crossdock/source-contract";
import { documentsOf, wishOf } from "@crossdock/subgraph-kit";
import type { Context } from "../context.ts";

/** Stock as the warehouses told it, our reservations left aside. */
export type StockFact = {
  /** The warehouses were asked then: whatever happened later is not in it. */
  readonly askedAt: Instant;
  readonly positions: readonly StockPosition[];
};

/**
 * Many reserve the same product at once, and a warehouse system gives few calls a minute: what it told
 * shortly before serves for all of them. What our own ledger has decided since is counted beside it.
 */
const MAX_STOCK_AGE_MS = 2_000;

/** @throws {SourceUnavailableError} the ERP does not answer and nothing usable is known */
export async function readProductFact(sku: Sku, context: Context): Promise<Product | null> {
  const read = documentsOf(context.deps.commandReads.products, wishOf(context));
  const [product = null] = await read([sku], context.signal);
  if (product instanceof Error) throw product;
  return product;
}

/** @throws {SourceUnavailableError} the warehouse system does not answer: what it told before promises nothing */
export async function readStockFact(sku: Sku, context: Context): Promise<StockFact> {
  const { commandReads, wms } = context.deps;
  const wish = { ...wishOf(context), maxAgeMs: MAX_STOCK_AGE_MS };
  const [stock = null] = await commandReads.stock([sku], wish);
  if (stock instanceof Error) throw stock;
  if (stock === null || stock.provenance.freshness === "STALE") {
    throw new SourceUnavailableError(wms.name, "stock", "no answer that is young enough");
  }
  return { askedAt: stock.provenance.asOf, positions: stock.document };
}
