import { sql } from "kysely";
import type { Migration } from "kysely";

/** The log of commands: see spine/commands. */
export const commands: Migration = {
  async up(db) {
    await sql`
      create table commands (
        id text primary key,
        sequence bigint generated always as identity unique,
        type text not null,
        version integer not null,
        lane text not null,
        client_id text not null,
        idempotency_key text not null,
        fingerprint text not null,
        requested_by text not null,
        customer_number text,
        subject text not null,
        data jsonb not null,
        status text not null check (status in ('ACCEPTED', 'RUNNING', 'RETRYING',
          'SUCCEEDED', 'REJECTED', 'DEAD_LETTERED', 'COMPENSATED', 'CANCELLED')),
        accepted_at timestamptz not null,
        completed_at timestamptz,
        attempts integer not null default 0,
        due_at timestamptz not null,
        lease_token text,
        in_doubt boolean not null default false,
        queued_until timestamptz not null default 'epoch',
        times_queued integer not null default 0,
        error_code text,
        error_message text,
        error_retryable boolean,
        result_typename text,
        result_id text,
        correlation_id text not null,
        causation_id text,
        unique (client_id, idempotency_key)
      )`.execute(db);
    // The law of one command at a time per subject, kept by the database whatever the code does.
    await sql`
      create unique index commands_running_by_subject on commands (subject)
      where status = 'RUNNING'`.execute(db);
    await sql`
      create index commands_unsettled_by_subject on commands (subject, sequence)
      where status in ('ACCEPTED', 'RUNNING', 'RETRYING')`.execute(db);
    await sql`
      create index commands_due on commands (due_at)
      where status in ('ACCEPTED', 'RUNNING', 'RETRYING')`.execute(db);
    await sql`
      create index commands_unsettled_by_lane on commands (lane, sequence)
      where status in ('ACCEPTED', 'RUNNING', 'RETRYING')`.execute(db);
    await sql`create index commands_by_customer on commands (customer_number, sequence)`.execute(
      db,
    );
    await sql`create index commands_by_status on commands (status, sequence)`.execute(db);
  },
};
