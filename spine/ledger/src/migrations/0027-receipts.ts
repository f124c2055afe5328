import { sql } from "kysely";
import type { Migration } from "kysely";

/** Goods on their way into the warehouses, and stock that cannot be promised: see spine/processes. */
export const receipts: Migration = {
  async up(db) {
    await sql`
      create table receipt_book (
        id text primary key,
        warehouse text not null,
        purchase_order text,
        key text,
        status text not null check (status in ('ANNOUNCED', 'ARRIVED', 'RECEIVED', 'CANCELLED')),
        expected_on date,
        lines jsonb not null,
        modified_at timestamptz not null,
        seen_at timestamptz not null
      )`.execute(db);
    // The list's order: what is expected first comes first, and what nobody has a date for comes last.
    await sql`
      create index receipt_book_by_date
      on receipt_book ((coalesce(expected_on, '9999-12-31'::date)), id)`.execute(db);
    await sql`
      create index receipt_book_open on receipt_book (id)
      where status in ('ANNOUNCED', 'ARRIVED')`.execute(db);
    // What is still to come: rewritten with its receipt.
    await sql`
      create table inbound_stock (
        receipt_id text not null references receipt_book (id),
        sku text not null,
        warehouse text not null,
        quantity numeric not null,
        uom text not null,
        expected_on date,
        primary key (receipt_id, sku)
      )`.execute(db);
    await sql`create index inbound_stock_by_sku on inbound_stock (sku, warehouse)`.execute(db);
    await sql`
      alter table stock_book
        add column counts_towards_atp boolean not null default true,
        add column in_transit numeric not null default 0`.execute(db);
  },
};
