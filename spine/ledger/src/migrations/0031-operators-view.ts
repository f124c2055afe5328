import { sql } from "kysely";
import type { Migration } from "kysely";

/** What operators look at is kept beside what it is made of, so that a look costs an index and no scan: see spine/processes. */
export const operatorsView: Migration = {
  async up(db) {
    await keepStages(db);
    await keepWaiting(db);
    await keepTransactions(db);
    await sql`
      create table flow_samples (
        at timestamptz primary key,
        stages jsonb not null
      )`.execute(db);
    await sql`
      create table client_minutes (
        client_id text not null,
        minute timestamptz not null,
        answered integer not null,
        failed integer not null,
        refused integer not null,
        points bigint not null,
        primary key (client_id, minute)
      )`.execute(db);
    await sql`create index client_minutes_by_time on client_minutes (minute)`.execute(db);
  },
};

type Db = Parameters<Migration["up"]>[0];

/** In which stage each open order is since when: null for one that is over, or that nobody watches. */
async function keepStages(db: Db): Promise<void> {
  await sql`
    alter table order_book
      add column stage_since timestamptz,
      add column warehouses text[] not null default '{}'`.execute(db);
  await sql`
    update order_book set
      stage_since = case
        when status not in ('INVOICED', 'CLOSED', 'CANCELLED', 'REJECTED')
        then coalesce((state #>> '{timeline,-1,at}')::timestamptz, placed_at) end,
      warehouses = array(
        select distinct step ->> 'warehouse' from jsonb_array_elements(state -> 'steps') as step
        where step ->> 'kind' = 'releaseOrder' and step ->> 'warehouse' is not null
          and step ->> 'status' in ('ASKED', 'DONE', 'UNDOING')
        order by 1)
    where state is not null`.execute(db);
  // An order is opened by a function of the database, which knows no more of it than its state.
  await sql`
    create function note_first_stage() returns trigger language plpgsql as $$
    begin
      if not coalesce((new.state #>> '{draft,isSynthetic}')::boolean, false) then
        new.stage_since := new.placed_at;
      end if;
      return new;
    end $$`.execute(db);
  await sql`
    create trigger order_book_first_stage before insert on order_book
    for each row when (new.state is not null and new.stage_since is null
      and new.status not in ('INVOICED', 'CLOSED', 'CANCELLED', 'REJECTED'))
    execute function note_first_stage()`.execute(db);
  await sql`
    create index order_book_open on order_book (status, stage_since, id) include (warehouses)
    where stage_since is not null`.execute(db);
}

/** What may wait for too long, oldest first. */
async function keepWaiting(db: Db): Promise<void> {
  await sql`
    alter table order_book
      add column unbilled_since timestamptz,
      add column promised_until timestamptz`.execute(db);
  await sql`
    update order_book set
      unbilled_since = (
        select min((bill ->> 'openedAt')::timestamptz)
        from jsonb_array_elements(state -> 'invoices') as bill
        where bill ->> 'postedAt' is null and bill ->> 'status' is distinct from 'VOID'),
      promised_until = (
        select (min(backorder ->> 'promisedOn')::date + 1)::timestamp at time zone 'utc'
        from jsonb_array_elements(state #> '{sourcing,backorders}') as backorder)
    where stage_since is not null`.execute(db);
  await sql`
    create index order_book_without_number on order_book (placed_at, id)
    where number is null and stage_since is not null`.execute(db);
  await sql`
    create index order_book_unbilled_since on order_book (unbilled_since, id)
    where unbilled_since is not null`.execute(db);
  await sql`
    create index order_book_promised_until on order_book (promised_until, id)
    where promised_until is not null`.execute(db);
  await sql`
    create table billed_shipments (
      invoice_number text primary key,
      order_id text not null,
      shipped_at timestamptz not null,
      posted_at timestamptz not null
    )`.execute(db);
  await sql`create index billed_shipments_by_time on billed_shipments (posted_at)`.execute(db);
}

/** By what everything is found that one request has set off. */
async function keepTransactions(db: Db): Promise<void> {
  await sql`
    create table command_attempts (
      command_id text not null,
      attempt integer not null,
      lane text not null,
      started_at timestamptz not null,
      ended_at timestamptz not null,
      outcome text not null,
      document_id text,
      primary key (command_id, attempt)
    )`.execute(db);
  await sql`create index command_attempts_by_time on command_attempts (ended_at)`.execute(db);
  await sql`create index commands_by_correlation on commands (correlation_id)`.execute(db);
  await sql`create index exceptions_by_correlation on exceptions (correlation_id)`.execute(db);
  await sql`
    create index data_accesses_changes_by_correlation on data_accesses (correlation_id)
    where access = 'CHANGE'`.execute(db);
}
