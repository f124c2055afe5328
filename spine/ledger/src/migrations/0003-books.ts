import { sql } from "kysely";
import type { Migration } from "kysely";

/** The books of orders, shipments and invoices: see spine/processes. */
export const books: Migration = {
  async up(db) {
    await sql`
      create table order_book (
        id text primary key,
        number text unique,
        customer_number text not null,
        customer_reference text,
        status text not null,
        placed_at timestamptz not null,
        skus text[] not null,
        state jsonb,
        source_order jsonb,
        source_seen_at timestamptz
      )`.execute(db);
    await sql`create index order_book_by_placed on order_book (placed_at, id)`.execute(db);
    await sql`create index order_book_by_customer on order_book (customer_number, placed_at, id)`.execute(
      db,
    );
    await sql`create index order_book_by_reference on order_book (customer_reference)`.execute(db);
    await sql`create index order_book_by_sku on order_book using gin (skus)`.execute(db);

    await sql`
      create table shipment_book (
        id text primary key,
        number text not null,
        tracking_number text,
        customer_number text,
        status text not null,
        warehouse text not null,
        order_numbers text[] not null,
        shipped_at timestamptz,
        modified_at timestamptz not null,
        shipment jsonb not null,
        seen_at timestamptz not null
      )`.execute(db);
    await sql`create index shipment_book_by_number on shipment_book (number)`.execute(db);
    await sql`create index shipment_book_by_tracking on shipment_book (tracking_number)`.execute(
      db,
    );
    await sql`create index shipment_book_by_customer on shipment_book (customer_number, modified_at, id)`.execute(
      db,
    );
    await sql`create index shipment_book_by_modified on shipment_book (modified_at, id)`.execute(
      db,
    );
    await sql`create index shipment_book_by_order on shipment_book using gin (order_numbers)`.execute(
      db,
    );

    await sql`
      create table invoice_book (
        id text primary key,
        number text,
        customer_number text not null,
        status text not null,
        order_numbers text[] not null,
        issued_on date,
        due_on date,
        balance numeric not null,
        invoice jsonb not null,
        seen_at timestamptz not null
      )`.execute(db);
    await sql`create index invoice_book_by_number on invoice_book (number)`.execute(db);
    await sql`create index invoice_book_by_customer on invoice_book (customer_number, issued_on, id)`.execute(
      db,
    );
    await sql`create index invoice_book_by_issued on invoice_book (issued_on, id)`.execute(db);
    await sql`create index invoice_book_by_order on invoice_book using gin (order_numbers)`.execute(
      db,
    );

    await sql`
      create table feed_watermarks (
        feed text primary key,
        watermark timestamptz not null,
        swept_at timestamptz not null
      )`.execute(db);
  },
};
