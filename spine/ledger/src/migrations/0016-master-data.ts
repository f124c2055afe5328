import { sql } from "kysely";
import type { Migration } from "kysely";

/** What the ERP says of items, customers and agreements: see spine/processes. */
export const masterData: Migration = {
  async up(db) {
    // Skus sort by their bytes on every store, whatever its locale: cursors of the catalogue rely on it.
    await sql`
      create table product_book (
        sku text collate "C" primary key,
        is_listed boolean not null,
        search_text text not null,
        search_grams text[] not null,
        document jsonb not null,
        modified_at timestamptz,
        read_at timestamptz not null,
        gone_at timestamptz
      )`.execute(db);
    await sql`create index product_book_by_grams on product_book using gin (search_grams)`.execute(
      db,
    );
    await sql`
      create table customer_book (
        number text primary key,
        document jsonb not null,
        modified_at timestamptz,
        read_at timestamptz not null,
        gone_at timestamptz
      )`.execute(db);
    await sql`
      create table price_book (
        key text primary key,
        sku text not null,
        applies_to text not null,
        document jsonb not null,
        read_at timestamptz not null
      )`.execute(db);
    await sql`create index price_book_by_sku on price_book (sku, applies_to)`.execute(db);
  },
};
