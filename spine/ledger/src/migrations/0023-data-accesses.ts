import { sql } from "kysely";
import type { Migration } from "kysely";

/** Who read or changed what through the API: see spine/audit. */
export const dataAccesses: Migration = {
  async up(db) {
    await sql`
      create table data_accesses (
        sequence bigint generated always as identity primary key,
        at timestamptz not null,
        correlation_id text not null,
        client_id text not null,
        viewer_id text not null,
        role text not null,
        access text not null check (access in ('READ', 'CHANGE', 'UNKNOWN')),
        operation text not null,
        outcome text not null,
        subjects text[] not null,
        dropped integer not null default 0 check (dropped >= 0)
      )`.execute(db);
    await sql`create index data_accesses_by_time on data_accesses (at)`.execute(db);
    await sql`create index data_accesses_by_subject on data_accesses using gin (subjects)`.execute(
      db,
    );
    // Rows leave when they are old; none is ever another one.
    await sql`
      create function refuse_changed_access() returns trigger language plpgsql as $$
      begin
        raise exception 'data_accesses is never changed';
      end $$`.execute(db);
    await sql`
      create trigger data_accesses_unchanged before update on data_accesses
      for each statement execute function refuse_changed_access()`.execute(db);
  },
};
