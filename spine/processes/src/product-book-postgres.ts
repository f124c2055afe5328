import type { Instant, Product, Sku } from "@crossdock/domain";
import { createGatheredRead, type Ledger, type LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import { countRows } from "./book-walk.ts";
import { gramsOf, searchTextOf, searchWords } from "./catalogue-search.ts";
import {
  createMasterDataState,
  type BookRecord,
  type MasterDataBookOptions,
} from "./master-data-state.ts";
import type { CatalogueFilter, ProductBook } from "./product-book.ts";

/** The product book in the ledger. */
export function createProductBook(options: MasterDataBookOptions): ProductBook {
  const { db } = options.ledger;
  const state = createMasterDataState(options, "product");

  const recordOf = ({ document, read_at, current_as_of }: Row): BookRecord<Product> => ({
    document: document as Product,
    provenance: state.provenanceOf(read_at, current_as_of),
  });

  const readPage = async ({ filter, page: { after, first } }: Listing) => {
    if (filter.search === undefined && filter.inStock === undefined) {
      return readPlainPage(filter.skus ?? null, { after: after ?? BEFORE_ALL, first });
    }
    const rows = await listed(db, filter)
      .$if(after !== null, (select) => select.where(sql<boolean>`sku > ${after}`))
      .select(["document", "read_at", state.currentAsOf()])
      .orderBy("sku")
      .limit(first)
      .execute();
    return rows.map(recordOf);
  };
  /** What portals show most: its plan is kept. */
  const readPlainPage = async (
    skus: readonly Sku[] | null,
    { after, first }: { readonly after: string; readonly first: number },
  ) => {
    const { feed } = state;
    const { rows } = await (
      skus === null
        ? sql<Row>`select * from products_after(${after}, ${first}, ${feed})`
        : sql<Row>`select * from products_named(${[...skus]}::text[], ${after}, ${first}, ${feed})`
    ).execute(db);
    return rows.map(recordOf);
  };
  // The catalogue is the same for everybody: who asks for a page at the same time reads it together.
  const pages = createGatheredRead<Listing, readonly BookRecord<Product>[]>(options.ledger, {
    nameOf: (listing) => JSON.stringify(listing),
    maxKeys: MAX_PAGES,
    read: (listings) => Promise.all(listings.map(readPage)),
  });

  return {
    isLoaded: () => state.isLoaded(),
    async readProducts(skus) {
      if (skus.length === 0) return [];
      const rows = await db
        .selectFrom("product_book")
        .select(["document", "read_at", state.currentAsOf()])
        .where(sql<boolean>`sku = any(${[...skus]})`)
        .where("gone_at", "is", null)
        .execute();
      const records = rows.map(recordOf);
      const bySku = new Map(records.map((record) => [record.document.sku, record]));
      return skus.map((sku) => bySku.get(sku) ?? null);
    },
    listProducts: async (filter, page) => (await pages([{ filter, page }]))[0] ?? [],
    countProducts: (filter, atMost) =>
      countRows(db, listed(db, filter).select("sku").limit(atMost)),
  };
}

/** No sku is empty. */
const BEFORE_ALL = "";
/** Other pages than the same are read one after the other. */
const MAX_PAGES = 16;

type Listing = {
  readonly filter: CatalogueFilter;
  readonly page: Parameters<ProductBook["listProducts"]>[1];
};
type Row = {
  readonly document: object;
  readonly read_at: Date;
  readonly current_as_of: Date | null;
};

function listed(db: Ledger["db"], { search, skus, inStock }: CatalogueFilter) {
  let select = db
    .selectFrom("product_book")
    .where("is_listed", "=", true)
    .where("gone_at", "is", null);
  for (const word of searchWords(search ?? "")) {
    // The index leaves few; of those the text itself decides.
    const grams = gramsOf(word);
    if (grams.length > 0)
      select = select.where(sql<boolean>`search_grams @> ${[...grams]}::text[]`);
    select = select.where(sql<boolean>`strpos(search_text, ${word}) > 0`);
  }
  if (skus !== undefined) select = select.where(sql<boolean>`sku = any(${[...skus]})`);
  if (inStock !== undefined) {
    select = select.where(sql<boolean>`${inStock} = exists (
      select 1 from stock_book as stock
      where stock.sku = product_book.sku collate "default"
        and stock.counts_towards_atp and stock.on_hand - stock.allocated - stock.held > 0)`);
  }
  return select;
}

/** An item as the ERP has it. */
export type ReadItem = {
  readonly product: Product;
  readonly isListed: boolean;
  /** By the ERP's clock; `null` where it was not told. */
  readonly modifiedAt: Instant | null;
};

/**
 * Takes items into the book, by one writer at a time.
 * @param items distinct, at most 1,000 @param readAt when they were read
 * @returns those that are new or other than they were, by what the ERP tells of them
 */
export async function saveProducts(
  trx: LedgerTransaction,
  items: readonly ReadItem[],
  readAt: Instant,
): Promise<readonly Sku[]> {
  const input = items.map(({ product, isListed, modifiedAt }) => {
    const searchText = searchTextOf(product);
    return {
      sku: product.sku,
      is_listed: isListed,
      search_text: searchText,
      search_grams: gramsOf(searchText),
      document: product,
      modified_at: modifiedAt,
    };
  });
  const { rows } = await sql<{ sku: Sku }>`
    with told as (
      select * from jsonb_to_recordset(${JSON.stringify(input)}::jsonb) as told(
        sku text, is_listed boolean, search_text text, search_grams text[], document jsonb,
        modified_at timestamptz)
    ), news as (
      select told.sku from told left join product_book as known on known.sku = told.sku
      where known.sku is null or known.gone_at is not null
        or known.is_listed <> told.is_listed or known.document <> told.document
    ), saved as (
      insert into product_book as known
        (sku, is_listed, search_text, search_grams, document, modified_at, read_at)
      select told.*, ${readAt}::timestamptz from told
      on conflict (sku) do update set
        is_listed = excluded.is_listed, search_text = excluded.search_text,
        search_grams = excluded.search_grams, document = excluded.document,
        modified_at = coalesce(excluded.modified_at, known.modified_at),
        read_at = excluded.read_at, gone_at = null
      where known.sku in (select sku from news)
        or (excluded.modified_at is not null
          and excluded.modified_at is distinct from known.modified_at)
    )
    select sku from news`.execute(trx);
  return rows.map(({ sku }) => sku);
}
