import { sql } from "kysely";
import type { Migration } from "kysely";

/** What ingest remembers beside its watermarks: see ingest/ and spine/processes. */
export const ingest: Migration = {
  async up(db) {
    await sql`
      create table parked_records (
        feed text not null,
        source_id text not null,
        order_numbers text[] not null,
        record jsonb not null,
        parked_at timestamptz not null,
        due_at timestamptz not null,
        primary key (feed, source_id)
      )`.execute(db);
    await sql`create index parked_records_by_time on parked_records (feed, parked_at)`.execute(db);
    await sql`
      create table feed_health (
        feed text primary key,
        source text not null,
        heard_at timestamptz not null,
        last_event_at timestamptz,
        lag_seconds double precision
      )`.execute(db);
    // An exception may be about a feed that fell silent: then it has no command.
    await sql`
      alter table exceptions
        alter column command_id drop not null,
        alter column command_type drop not null,
        add check ((command_id is null) = (command_type is null))`.execute(db);
    await sql`
      create unique index exceptions_open_by_subject on exceptions (subject)
      where command_id is null and resolved_at is null`.execute(db);
  },
};
