import { sql } from "kysely";
import type { Migration } from "kysely";

/** What went wrong with a command, in more detail, and what waits for a person: see spine/processes. */
export const exceptions: Migration = {
  async up(db) {
    await sql`
      alter table commands
        add column error_class text check (error_class in ('TECHNICAL', 'RATE_LIMIT',
          'BUSINESS_RULE', 'MASTER_DATA', 'UNKNOWN_OUTCOME')),
        add column last_answer jsonb,
        add column free_attempts integer not null default 0,
        add column failing_since timestamptz,
        add column look_only boolean not null default false`.execute(db);
    await sql`
      create table exceptions (
        id text primary key,
        sequence bigint generated always as identity unique,
        command_id text not null,
        command_type text not null,
        customer_number text,
        subject text not null,
        error_class text,
        code text not null,
        owner text not null,
        action_code text not null,
        action_text text not null,
        summary text not null,
        payload jsonb not null,
        last_answer jsonb,
        correlation_id text not null,
        opened_at timestamptz not null,
        resolved_at timestamptz,
        resolution text check (resolution in ('RETRIED', 'CORRECTED', 'IGNORED', 'COMPENSATED')),
        note text,
        resolved_by text,
        check ((resolved_at is null) = (resolution is null)),
        check ((resolved_at is null) = (resolved_by is null))
      )`.execute(db);
    // A command waits for one person at a time, kept by the database whatever the code does.
    await sql`
      create unique index exceptions_open_by_command on exceptions (command_id)
      where resolved_at is null`.execute(db);
    await sql`create index exceptions_by_command on exceptions (command_id)`.execute(db);
    await sql`
      create index exceptions_open on exceptions (sequence) where resolved_at is null`.execute(db);
    // What waited before there were exceptions goes on waiting. Its payload is not told: nothing redacts here.
    await sql`
      insert into exceptions (id, command_id, command_type, customer_number, subject, code, owner,
        action_code, action_text, summary, payload, correlation_id, opened_at)
      select id || '-1', id, type, customer_number, subject, coalesce(error_code, 'UNKNOWN'), 'operator',
        'RETRY_AFTER_REPAIR', 'Look why it failed, then retry or cancel the command.',
        coalesce(error_message, 'The command failed.'), '{}', correlation_id,
        coalesce(completed_at, accepted_at)
      from commands where status = 'DEAD_LETTERED' order by sequence`.execute(db);
  },
};
