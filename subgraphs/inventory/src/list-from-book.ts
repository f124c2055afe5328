import { parseSku, type Product, type Provenance } from "@crossdock/domain";
import type { BookRecord, CatalogueFilter } from "@crossdock/processes";
import {
  boundedCount,
  connectionOf,
  decodePosition,
  parseFirst,
  parseIds,
  positionId,
} from "@crossdock/subgraph-kit";
import { z } from "zod";
import type { QueryproductsArgs } from "../generated/resolvers.ts";
import type { Context } from "./context.ts";
import type { ProductConnectionView } from "./models.ts";

/** Of a cursor only the sku counts here: one that the ERP's listing gave out goes on where it was. */
const positionShape = z.object({ sku: positionId });

/** Whether the copies that a listing needs are whole. Once they are, they stay so, also while their source is away. */
export async function canAnswerFromBook(
  { filter }: QueryproductsArgs,
  { deps: { productBook, stockBook, wms } }: Context,
): Promise<boolean> {
  if (!(await productBook.isLoaded())) return false;
  return filter?.inStock == null || stockBook.isLoaded(`${wms.name}-stock`);
}

/** One page of the catalogue in one indexed query: the ERP is not asked. */
export async function listFromBook(
  { filter: asked, first, after }: QueryproductsArgs,
  context: Context,
): Promise<ProductConnectionView> {
  const { productBook } = context.deps;
  const wanted = parseFirst(first);
  const start = decodePosition(after, positionShape);
  const skus = parseIds("skus", asked?.skus, parseSku);
  const filter: CatalogueFilter = {
    ...(asked?.search != null && { search: asked.search }),
    ...(asked?.inStock != null && { inStock: asked.inStock }),
    ...(skus != null && { skus }),
  };
  const records = await productBook.listProducts(filter, {
    after: start?.sku ?? null,
    first: wanted + 1,
  });
  const shown = records.slice(0, wanted);
  for (const record of shown) show(record, context);
  return connectionOf({
    rows: shown.map(({ document: { sku } }) => ({
      node: { sku },
      position: { page: null, taken: 0, sku },
    })),
    hasNextPage: records.length > wanted,
    after,
    totalCount: () => boundedCount((atMost) => productBook.countProducts(filter, atMost)),
  });
}

/** A page to be looked through, of the book when it has all of the catalogue, else of the ERP. */
export async function listCatalogue(
  query: Parameters<Context["loaders"]["listCatalogue"]>[0],
  context: Context,
): ReturnType<Context["loaders"]["listCatalogue"]> {
  const { productBook } = context.deps;
  if (!(await productBook.isLoaded())) return context.loaders.listCatalogue(query);
  const { search, after, limit } = query;
  const filter = search === null ? {} : { search };
  const records = await productBook.listProducts(filter, { after, first: limit + 1 });
  const shown = records.slice(0, limit);
  for (const record of shown) show(record, context);
  const items = shown.map(({ document }) => document);
  return { items, next: records.length > limit ? (items.at(-1)?.sku ?? null) : null };
}

/** The page's items are not read again, unless the request asks for younger ones than the book has. */
function show({ document, provenance }: BookRecord<Product>, context: Context): void {
  if (isTooOld(provenance, context)) return;
  const { source, asOf, freshness } = provenance;
  if (freshness === "STALE") context.reads.noteStale(source, asOf);
  else context.reads.noteCached();
  context.loaders.productBySku.prime(document.sku, { ...document, provenance });
}

function isTooOld({ asOf }: Provenance, { maxAgeMs, deps }: Context): boolean {
  return maxAgeMs !== null && deps.clock.nowMs() - Date.parse(asOf) > maxAgeMs;
}
