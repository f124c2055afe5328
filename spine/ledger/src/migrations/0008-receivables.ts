import { sql } from "kysely";
import type { Migration } from "kysely";

/** What is ours about finance's invoices: see spine/processes. */
export const receivables: Migration = {
  async up(db) {
    await sql`
      create table disputes (
        id text primary key,
        invoice_id text not null,
        customer_number text not null,
        reason text not null,
        opened_at timestamptz not null,
        opened_by text not null,
        closed_at timestamptz
      )`.execute(db);
    // Whoever disputes an invoice twice at once meets here.
    await sql`
      create unique index disputes_open_by_invoice on disputes (invoice_id)
      where closed_at is null`.execute(db);

    await sql`
      create table credit_memos (
        number text primary key,
        invoice_id text not null,
        serial integer not null,
        command_id text not null,
        reason text not null,
        issued_on date not null,
        total numeric not null check (total > 0),
        currency text not null,
        lines jsonb not null,
        unique (invoice_id, serial)
      )`.execute(db);
    await sql`create index credit_memos_by_command on credit_memos (command_id)`.execute(db);
  },
};
