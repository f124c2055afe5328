import { sql } from "kysely";
import type { Migration } from "kysely";

/** What was compared between the systems and what was found: see spine/reconciliation. */
export const reconciliation: Migration = {
  async up(db) {
    await sql`
      create table reconciliations (
        id text primary key,
        scope text not null,
        status text not null check (status in ('RUNNING', 'DONE', 'FAILED')),
        started_by text not null,
        started_at timestamptz not null,
        -- The moment of its schedule; of each scope and moment there is one run over all processes.
        due_at timestamptz,
        finished_at timestamptz,
        compared integer not null default 0,
        total integer,
        unsettled integer not null default 0,
        mismatch_count integer not null default 0,
        -- Where it goes on after a process died, and how much had been compared and had not kept still by then.
        position jsonb,
        position_compared integer not null default 0,
        position_unsettled integer not null default 0,
        -- Until then a process works on it.
        leased_until timestamptz,
        runner text,
        failures integer not null default 0
      )`.execute(db);
    await sql`
      create unique index reconciliations_running on reconciliations (scope)
      where status = 'RUNNING'`.execute(db);
    await sql`create unique index reconciliations_due on reconciliations (scope, due_at)`.execute(
      db,
    );
    await sql`create index reconciliations_by_start on reconciliations (started_at, id)`.execute(
      db,
    );
    await sql`
      create table mismatches (
        reconciliation_id text not null references reconciliations (id) on delete cascade,
        sequence integer not null,
        key text not null,
        kind text not null,
        code text not null,
        difference jsonb not null,
        exception_id text,
        repaired_at timestamptz,
        primary key (reconciliation_id, sequence)
      )`.execute(db);
    // A page that is compared again after a kill finds the same: it is kept once.
    await sql`create unique index mismatches_by_key on mismatches (reconciliation_id, key)`.execute(
      db,
    );
    // What the last whole run of a scope found and a person was told of: the next one closes what is gone.
    await sql`
      create table mismatch_findings (
        scope text not null,
        subject text not null,
        exception_id text not null,
        -- What the two systems said: a person who let that be is not asked again.
        said text not null,
        seen_in text not null,
        primary key (scope, subject)
      )`.execute(db);
    // What left within a time, and what came: walked by every run.
    await sql`
      create index shipment_book_by_shipped on shipment_book (shipped_at, id)
      where shipped_at is not null`.execute(db);
    await sql`create index returns_by_request on returns (requested_at)`.execute(db);
    await sql`create index receipt_book_by_modified on receipt_book (modified_at)`.execute(db);
    await sql`
      create index order_book_unended on order_book (placed_at, id)
      where status not in ('INVOICED', 'CLOSED', 'CANCELLED', 'REJECTED')`.execute(db);
  },
};
