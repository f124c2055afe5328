import { sql } from "kysely";
import type { Migration } from "kysely";

/**
 * What is asked many times a second is planned once. An unnamed statement is planned each time, which for these costs two to
 * four times what finding their few rows does, and the embedded ledger has one session for everybody. A function's plans are
 * kept by the database; on PostgreSQL by each connection. A plan may be kept from when a table was empty, so none may go
 * through a whole table: all of it is found by indexes.
 */
export const hotStatements: Migration = {
  async up(db) {
    await readTail(db);
    await readDebts(db);
    await sumHolds(db);
    await freeLanes(db);
  },
};

type Db = Parameters<Migration["up"]>[0];

/** The end of the log: what was appended after a position, but for what is in quarantine. */
async function readTail(db: Db): Promise<void> {
  await sql`
    create function read_event_tail(after bigint, page integer) returns setof events
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
    begin
      return query
      select event.* from events event
      where event.position > after
        and not exists (select from event_quarantine held where held.position = event.position)
      order by event.position limit page;
    end $$`.execute(db);
}

/** What an account owes, and will owe when its orders are billed. */
async function readDebts(db: Db): Promise<void> {
  await sql`
    create function unbilled_of(customer text) returns table (currency text, amount numeric)
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
    begin
      return query
      select book.currency, sum(book.unbilled) from order_book book
      where book.customer_number = customer and book.unbilled <> 0
      group by book.currency;
    end $$`.execute(db);
  // Nobody knows it before a feed has read all bills there are.
  await sql`
    create function open_balance_of(customer text, history text) returns numeric
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
    begin
      if not exists (select from feed_watermarks mark where mark.feed like history) then
        return null;
      end if;
      return (
        select coalesce(sum(book.balance), 0) from invoice_book book
        where book.customer_number = customer and book.status not in ('DRAFT', 'VOID'));
    end $$`.execute(db);
}

/**
 * What is held of products, by whom. What an order took is nobody's to order again, its own account included: it has no owner.
 */
async function sumHolds(db: Db): Promise<void> {
  await sql`
    create function held_of(skus text[], at timestamptz)
    returns table (sku text, warehouse text, uom text, owner text, quantity numeric)
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
    begin
      return query
      select hold.sku, hold.warehouse, hold.uom, case when hold.status = 'HELD' then hold.customer_number end as owner,
        sum(hold.quantity)
      from reservations hold
      where hold.sku = any (skus)
        and (hold.status = 'HELD' or (hold.status = 'CONSUMED' and hold.handed_over_at is null))
        and (hold.status = 'CONSUMED' or hold.expires_at > at)
      group by 1, 2, 3, 4;
    end $$`.execute(db);
}

/** Lanes whose work nobody holds, of those that are asked for; as in 0030, with its plan kept. */
async function freeLanes(db: Db): Promise<void> {
  await sql`
    create or replace function held_lanes(lanes text[]) returns text[]
    language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
    begin
      return (
        select coalesce(array_agg(distinct pause.name), '{}') from pauses pause
        where pause.resumed_at is null and pause.scope in ('LANE', 'SOURCE') and pause.name = any (lanes));
    end $$`.execute(db);
  await sql`
    create function free_lanes(lanes text[]) returns text[] language plpgsql stable as $$
    declare
      held text[] := held_lanes(lanes);
    begin
      return array(select lane from unnest(lanes) as lane where not lane = any (held));
    end $$`.execute(db);
}
