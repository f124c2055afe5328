import { sql } from "kysely";
import type { Migration } from "kysely";

/**
 * What portals ask again and again is planned once, as 0038 has it: planning took more than half of finding a few rows by their
 * names. And what an order's documents are found by has no list of news before it that each search reads from end to end:
 * such a list is made empty by a vacuum only, and every change of a document adds to it.
 */
export const portalReads: Migration = {
  async up(db) {
    await findDocumentsAtOnce(db);
    await readOrders(db);
    await readDocumentsOfOrders(db);
    await readCatalogue(db);
  },
};

type Db = Parameters<Migration["up"]>[0];

async function findDocumentsAtOnce(db: Db): Promise<void> {
  for (const index of ["shipment_book_by_order", "invoice_book_by_order"]) {
    await sql`alter index ${sql.ref(index)} set (fastupdate = off)`.execute(db);
    await sql`select gin_clean_pending_list(${index}::regclass)`.execute(db);
  }
}

async function readOrders(db: Db): Promise<void> {
  await sql`
    create function orders_by_id(names text[]) returns setof order_book
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
    begin
      return query select book.* from order_book book where book.id = any (names);
    end $$`.execute(db);
  await sql`
    create function orders_by_number(names text[]) returns setof order_book
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
    begin
      return query select book.* from order_book book where book.number = any (names);
    end $$`.execute(db);
}

async function readDocumentsOfOrders(db: Db): Promise<void> {
  await sql`
    create function shipments_of_orders(names text[])
    returns table (shipment jsonb, customer_number text, seen_at timestamptz)
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
    begin
      return query
      select book.shipment, book.customer_number, book.seen_at from shipment_book book
      where book.order_numbers && names order by book.id;
    end $$`.execute(db);
  await sql`
    create function open_dispute_of(invoice text) returns jsonb language sql stable as $$
      select jsonb_build_object('reason', known.reason, 'openedAt', known.opened_at) from disputes known
      where known.invoice_id = invoice and known.closed_at is null
    $$`.execute(db);
  await sql`
    create function invoices_of_orders(names text[])
    returns table (invoice jsonb, seen_at timestamptz, dispute jsonb)
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
    begin
      return query
      select book.invoice, book.seen_at, open_dispute_of(book.id) from invoice_book book
      where book.order_numbers && names order by book.number;
    end $$`.execute(db);
  await sql`
    create function invoices_by_number(names text[])
    returns table (invoice jsonb, seen_at timestamptz, dispute jsonb)
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
    begin
      return query
      select book.invoice, book.seen_at, open_dispute_of(book.id) from invoice_book book
      where book.number = any (names);
    end $$`.execute(db);
}

async function readCatalogue(db: Db): Promise<void> {
  await sql`
    create function products_after(after text, page integer, feed_name text)
    returns table (document jsonb, read_at timestamptz, current_as_of timestamptz)
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
    begin
      return query
      select book.document, book.read_at, (select mark.swept_at from feed_watermarks mark where mark.feed = feed_name)
      from product_book book
      where book.is_listed and book.gone_at is null and book.sku > after
      order by book.sku limit page;
    end $$`.execute(db);
  await sql`
    create function products_named(names text[], after text, page integer, feed_name text)
    returns table (document jsonb, read_at timestamptz, current_as_of timestamptz)
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
    begin
      return query
      select book.document, book.read_at, (select mark.swept_at from feed_watermarks mark where mark.feed = feed_name)
      from product_book book
      where book.is_listed and book.gone_at is null and book.sku = any (names) and book.sku > after
      order by book.sku limit page;
    end $$`.execute(db);
}
