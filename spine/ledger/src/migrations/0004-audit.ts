import { sql } from "kysely";
import type { Migration } from "kysely";

/** The audit journal: see spine/audit. */
export const audit: Migration = {
  async up(db) {
    await sql`
      create table audit_journal (
        sequence bigint primary key,
        at timestamptz not null,
        actor text not null,
        step text not null,
        command_id text not null,
        command_type text not null,
        outcome text not null,
        correlation_id text not null,
        payload_hash text not null,
        hash text not null
      )`.execute(db);
    await sql`create index audit_journal_by_command on audit_journal (command_id, sequence)`.execute(
      db,
    );
    await sql`
      create table audit_head (
        single boolean primary key default true check (single),
        sequence bigint not null,
        hash text not null
      )`.execute(db);
    await sql`insert into audit_head (sequence, hash) values (0, repeat('0', 64))`.execute(db);
    // Whoever owns the database can lift this; then the chain tells.
    await sql`
      create function audit_journal_is_append_only() returns trigger language plpgsql as
      $$ begin raise exception 'The audit journal is append-only.'; end $$`.execute(db);
    await sql`
      create trigger audit_journal_append_only
      before update or delete or truncate on audit_journal
      for each statement execute function audit_journal_is_append_only()`.execute(db);
  },
};
