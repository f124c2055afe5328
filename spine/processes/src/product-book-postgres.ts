import { instantOf, type Instant, type Product, type Sku } from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
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

  const recordsOf = async (rows: Promise<readonly Row[]>): Promise<BookRecord<Product>[]> => {
    const [found, currentAsOf] = await Promise.all([rows, state.readCurrentAsOf()]);
    return found.map(({ document, read_at }) => ({
      document: document as Product,
      provenance: state.provenanceOf(instantOf(read_at), currentAsOf),
    }));
  };

  return {
    isLoaded: () => state.isLoaded(),
    async readProducts(skus) {
      if (skus.length === 0) return [];
      const rows = db
        .selectFrom("product_book")
        .select(["document", "read_at"])
        .where(sql<boolean>`sku = any(${[...skus]})`)
        .where("gone_at", "is", null)
        .execute();
      const records = await recordsOf(rows);
      const bySku = new Map(records.map((record) => [record.document.sku, record]));
      return skus.map((sku) => bySku.get(sku) ?? null);
    },
    listProducts: (filter, { after, first }) =>
      recordsOf(
        listed(db, filter)
          .$if(after !== null, (select) => select.where(sql<boolean>`sku > ${after}`))
          .select(["document", "read_at"])
          .orderBy("sku")
          .limit(first)
          .execute(),
      ),
    countProducts: (filter, atMost) =>
      countRows(db, listed(db, filter).select("sku").limit(atMost)),
  };
}

type Row = { readonly document: object; readonly read_at: Date };

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
