import { sql } from "kysely";
import type { Migration } from "kysely";

/** Orders that only find out whether the path of an order works, and the runs that place them. */
export const syntheticOrders: Migration = {
  async up(db) {
    // Beside the state, so that lists and figures leave such orders out without reading it.
    await sql`
      alter table order_book add column is_synthetic boolean not null
        generated always as (coalesce(state->'draft'->'isSynthetic' = 'true'::jsonb, false)) stored
    `.execute(db);
    await sql`
      create index order_book_synthetic on order_book (customer_reference) where is_synthetic
    `.execute(db);
    await sql`
      create table synthetic_runs (
        id text primary key,
        asked_by text not null,
        started_at timestamptz not null,
        lease_until timestamptz not null,
        finished_at timestamptz,
        order_id text,
        outcome text check (outcome in ('PASSED', 'FAILED', 'SKIPPED', 'ABANDONED')),
        stages jsonb not null default '[]',
        failed_stage text,
        reason text,
        check ((finished_at is null) = (outcome is null))
      )`.execute(db);
    // One at a time, in all processes together.
    await sql`
      create unique index synthetic_runs_under_way on synthetic_runs ((true))
      where finished_at is null`.execute(db);
    // What went wrong in a period, and who came to use us when.
    await sql`create index exceptions_by_opening on exceptions (opened_at)`.execute(db);
    await sql`
      create index exceptions_by_closing on exceptions (resolved_at)
      where resolved_at is not null`.execute(db);
    await sql`
      create index operation_usage_by_client on operation_usage (client_id, used_on)`.execute(db);
    // What fails is looked for by since when.
    await sql`
      create index commands_failing on commands (failing_since, id)
      where failing_since is not null and status in ('RETRYING', 'RUNNING')`.execute(db);
    await sql`create index synthetic_runs_by_time on synthetic_runs (started_at desc)`.execute(db);
  },
};
