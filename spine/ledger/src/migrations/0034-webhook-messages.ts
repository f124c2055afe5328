import { sql } from "kysely";
import type { Migration } from "kysely";

/** What is to be told to the distributor's own systems, and how far that has come: see spine/webhooks. */
export const webhookMessages: Migration = {
  async up(db) {
    await sql`
      create table webhook_messages (
        id text primary key,
        sequence bigint generated always as identity unique,
        hook text not null,
        type text not null,
        exception_id text not null,
        body text not null,
        created_at timestamptz not null,
        attempts integer not null default 0,
        due_at timestamptz not null,
        last_failure text,
        settled_at timestamptz,
        outcome text check (outcome in ('DELIVERED', 'GIVEN_UP')),
        check ((settled_at is null) = (outcome is null)),
        unique (hook, type, exception_id)
      )`.execute(db);
    await sql`
      create index webhook_messages_waiting on webhook_messages (hook, sequence)
      where settled_at is null`.execute(db);
    await sql`
      create index webhook_messages_settled on webhook_messages (settled_at)
      where settled_at is not null`.execute(db);
  },
};
