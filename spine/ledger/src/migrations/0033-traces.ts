import { sql } from "kysely";
import type { Migration } from "kysely";

/**
 * From which span of a trace commands and events go on, as the text of the W3C's `traceparent`. The functions that
 * write them take it along; everything else of them is as it was. See docs/decisions/0044-traces.md.
 */
export const traces: Migration = {
  async up(db) {
    await sql`alter table commands add column traceparent text`.execute(db);
    await sql`alter table events add column traceparent text`.execute(db);
    await appendEvents(db);
    await acceptCommands(db);
  },
};

type Db = Parameters<Migration["up"]>[0];

async function appendEvents(db: Db): Promise<void> {
  await sql`
    create or replace function append_events(given jsonb) returns bigint[] language plpgsql as $$
    declare
      positions bigint[];
    begin
      perform pg_advisory_xact_lock(x'45564e54'::int);
      with listed as materialized (
        select * from rows from (jsonb_to_recordset(given) as (
          id text, source text, type text, version integer, subject text, "occurredAt" timestamptz,
          "recordedAt" timestamptz, "customerNumber" text, "correlationId" text, "causationId" text,
          traceparent text, data jsonb
        )) with ordinality as event (
          id, source, type, version, subject, occurred_at,
          recorded_at, customer_number, correlation_id, causation_id,
          traceparent, data, place)
      ),
      numbered as (
        insert into event_subjects (subject, last_sequence)
        select subject, count(*) from listed group by subject order by subject
        on conflict (subject) do update
          set last_sequence = event_subjects.last_sequence + excluded.last_sequence
        returning subject, last_sequence
      ),
      appended as (
        insert into events (id, source, type, version, subject, sequence, occurred_at, recorded_at,
          customer_number, correlation_id, causation_id, traceparent, data)
        select id, source, type, version, subject,
          last_sequence + 1 - row_number() over (partition by subject order by place desc),
          occurred_at, recorded_at, customer_number, correlation_id, causation_id, traceparent, data
        from listed join numbered using (subject)
        order by place
        returning position
      )
      select array_agg(position order by position) into positions from appended;
      perform pg_notify('crossdock_events', positions[cardinality(positions)]::text);
      return positions;
    end $$`.execute(db);
}

async function acceptCommands(db: Db): Promise<void> {
  await sql`
    create or replace function accept_commands(commands jsonb, orders jsonb, events jsonb, audit jsonb)
    returns text[] language plpgsql as $$
    declare
      accepted text[];
    begin
      with asked as materialized (
        select command.*, nextval('commands_sequence_seq') as sequence
        from jsonb_to_recordset(commands) as command (
          id text, type text, version integer, lane text, client_id text, idempotency_key text,
          fingerprint text, requested_by text, customer_number text, subject text, data jsonb,
          accepted_at timestamptz, correlation_id text, causation_id text, traceparent text)
      ),
      claimed as (
        insert into commands (id, sequence, type, version, lane, client_id, idempotency_key,
          fingerprint, requested_by, customer_number, subject, data, status, accepted_at, due_at,
          correlation_id, causation_id, traceparent)
        overriding system value
        select id, sequence, type, version, lane, client_id, idempotency_key,
          fingerprint, requested_by, customer_number, subject, data, 'ACCEPTED', accepted_at,
          clock_timestamp(), correlation_id, causation_id, traceparent
        from asked
        order by client_id, idempotency_key, sequence
        on conflict (client_id, idempotency_key) do nothing
        returning id
      )
      select coalesce(array_agg(id), '{}') into accepted from claimed;
      if cardinality(accepted) = 0 then
        return accepted;
      end if;
      if cardinality(accepted) < jsonb_array_length(commands) then
        orders := coalesce((select jsonb_agg(row order by place) from
          jsonb_array_elements(orders) with ordinality as given (row, place)
          where row ->> 'commandId' = any (accepted)), '[]');
        events := coalesce((select jsonb_agg(row order by place) from
          jsonb_array_elements(events) with ordinality as given (row, place)
          where row ->> 'commandId' = any (accepted)), '[]');
        audit := coalesce((select jsonb_agg(row order by place) from
          jsonb_array_elements(audit) with ordinality as given (row, place)
          where row ->> 'commandId' = any (accepted)), '[]');
      end if;
      if jsonb_array_length(orders) > 0 then
        insert into order_book (id, customer_number, customer_reference, status, placed_at, skus,
          unbilled, currency, state)
        select id, customer_number, customer_reference, status, placed_at, skus,
          unbilled, currency, state
        from jsonb_to_recordset(orders) as row (
          id text, customer_number text, customer_reference text, status text, placed_at timestamptz,
          skus text[], unbilled numeric, currency text, state jsonb);
      end if;
      if jsonb_array_length(events) > 0 then
        perform append_events(events);
      end if;
      if jsonb_array_length(audit) > 0 then
        perform append_audit(audit);
      end if;
      perform pg_notify('commands_due', '');
      return accepted;
    end $$`.execute(db);
}
