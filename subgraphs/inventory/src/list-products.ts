import {
  availableToPromise,
  isPositive,
  parseSku,
  type Product,
  type Sku,
} from "@crossdock/domain";
import {
  connectionOf,
  decodePosition,
  encodePosition,
  parseFirst,
  parseIds,
} from "@crossdock/subgraph-kit";
import { z } from "zod";
import type { QueryproductsArgs } from "../generated/resolvers.ts";
import type { Context } from "./context.ts";
import { canAnswerFromBook, listCatalogue, listFromBook } from "./list-from-book.ts";
import type { ProductConnectionView, ProductRef } from "./models.ts";

/** Products that the ERP lists in one call while a filter leaves some of them out. */
const SCAN_PAGE = 100;
/** Calls to the ERP for one page; a page of a filter that seldom holds may be short. */
const MAX_SCAN_CALLS = 5;

/**
 * Where a product stands: the source's page that comes after it, or the page that it is on with how
 * many of that page have been looked at.
 */
const positionShape = z.object({
  page: z.string().nullable(),
  taken: z.number().int().min(0).max(SCAN_PAGE),
  sku: z.string(),
});
type Position = z.output<typeof positionShape>;
type Row = { readonly node: ProductRef; readonly position: Position };
type Scan = {
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
  /** The last product that was looked at, which a filter may have left out. */
  readonly end: Position | null;
};

/** One page of the catalogue, from the product book; from the ERP until the book has all of it. */
export async function listProducts(
  args: QueryproductsArgs,
  context: Context,
): Promise<ProductConnectionView> {
  return (await canAnswerFromBook(args, context))
    ? listFromBook(args, context)
    : listFromErp(args, context);
}

/** By the ERP's listing, or by the skus that the filter names. */
async function listFromErp(
  { filter, first, after }: QueryproductsArgs,
  context: Context,
): Promise<ProductConnectionView> {
  const wanted = parseFirst(first);
  const start = decodePosition(after, positionShape);
  const holds = inStockFilter(filter?.inStock ?? null, context);
  const skus = filter?.skus ?? null;
  const search = filter?.search ?? null;
  const scan =
    skus === null
      ? await scanCatalogue(
          { search, start, wanted, holds, isFiltered: filter?.inStock != null },
          context,
        )
      : await pickSkus(
          { skus: parseIds("skus", skus, parseSku) ?? [], search, start, wanted, holds },
          context,
        );
  const page = connectionOf({ ...scan, after, totalCount: () => null });
  const endCursor = scan.end === null ? null : encodePosition(scan.end);
  return { ...page, pageInfo: { ...page.pageInfo, endCursor } };
}

type Holds = (products: readonly Product[]) => Promise<readonly boolean[]>;

async function scanCatalogue(
  query: {
    readonly search: string | null;
    readonly start: Position | null;
    readonly wanted: number;
    readonly holds: Holds;
    readonly isFiltered: boolean;
  },
  context: Context,
): Promise<Scan> {
  const { search, wanted, holds, isFiltered } = query;
  const rows: Row[] = [];
  let [page, end] = [query.start?.page ?? null, query.start];
  let taken = query.start?.taken ?? 0;
  for (let call = 0; call < MAX_SCAN_CALLS; call += 1) {
    const limit = isFiltered ? SCAN_PAGE : Math.min(SCAN_PAGE, taken + wanted - rows.length);
    const listed = await listCatalogue({ search, after: page, limit }, context);
    const seen = listed.items.findIndex(({ sku }) => sku === end?.sku);
    if (seen !== -1) taken = seen + 1; // Items may have come or gone since.
    const fresh = listed.items.slice(taken);
    const held = await holds(fresh);
    for (const [index, { sku }] of fresh.entries()) {
      const isLast = index === fresh.length - 1;
      end =
        isLast && listed.next !== null
          ? { page: listed.next, taken: 0, sku }
          : { page, taken: taken + index + 1, sku };
      if (held[index] === true) rows.push({ node: { sku }, position: end });
      if (rows.length === wanted) {
        return { rows, end, hasNextPage: !isLast || listed.next !== null };
      }
    }
    if (listed.next === null) return { rows, end, hasNextPage: false };
    [page, taken] = [listed.next, 0];
  }
  return { rows, end, hasNextPage: true };
}

async function pickSkus(
  query: {
    readonly skus: readonly Sku[];
    readonly search: string | null;
    readonly start: Position | null;
    readonly wanted: number;
    readonly holds: Holds;
  },
  { loaders }: Context,
): Promise<Scan> {
  const { start, wanted, holds } = query;
  const found = await Promise.all(query.skus.map((sku) => loaders.productBySku.load(sku)));
  const listed = found
    .filter((product) => product !== null)
    .filter((product) => !product.isBlocked && matches(product, query.search))
    .filter(({ sku }) => start === null || sku > start.sku)
    .sort((left, right) => (left.sku < right.sku ? -1 : 1));
  const held = await holds(listed);
  const rows = listed
    .filter((_product, index) => held[index] === true)
    .map(({ sku }) => ({ node: { sku }, position: { page: null, taken: 0, sku } }));
  const shown = rows.slice(0, wanted);
  return {
    rows: shown,
    end: shown.at(-1)?.position ?? start,
    hasNextPage: rows.length > wanted,
  };
}

function matches({ sku, name }: Product, search: string | null): boolean {
  const words = (search ?? "").toLowerCase().split(/\s+/);
  return words.every((word) => `${sku} ${name}`.toLowerCase().includes(word));
}

/** Whether some of a product can be promised now, anywhere; one bulk read for all of them. */
function inStockFilter(inStock: boolean | null, { loaders }: Context): Holds {
  if (inStock === null) return async (products) => products.map(() => true);
  return async (products) => {
    const stock = await Promise.all(products.map(({ sku }) => loaders.positionsBySku.load(sku)));
    return stock.map(
      (positions) =>
        inStock ===
        (positions ?? []).some((position) => isPositive(availableToPromise(position).value)),
    );
  };
}
