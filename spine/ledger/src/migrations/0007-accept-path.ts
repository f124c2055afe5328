import { sql } from "kysely";
import type { Migration } from "kysely";

/**
 * What an acceptance writes, as functions: one statement for commands, orders, events and audit, whose
 * plans the database keeps. See docs/decisions/0006-accept-path.md.
 */
export const acceptPath: Migration = {
  async up(db) {
    await keepUnbilled(db);
    await appendEvents(db);
    await appendAudit(db);
    await acceptCommands(db);
    // How fast a lane drains is asked when it is full.
    await sql`
      create index commands_completed_by_lane on commands (lane, completed_at)
      where completed_at is not null`.execute(db);
  },
};

type Db = Parameters<Migration["up"]>[0];

/**
 * What of each order counts against its account's credit, in its currency: each acceptance asks for the
 * sum, so that no order has to be read for it. Nothing of an order that is over or billed.
 */
async function keepUnbilled(db: Db): Promise<void> {
  await sql`
    alter table order_book
      add column unbilled numeric not null default 0,
      add column currency text`.execute(db);
  await sql`
    update order_book set
      currency = state->'draft'->>'currency',
      unbilled = case when status in ('INVOICED', 'CLOSED', 'CANCELLED', 'REJECTED') then 0 else (
        select coalesce(sum(round(
          ((ordered.line->'ordered'->>'value')::numeric
            - coalesce((progress.line->'invoiced'->>'value')::numeric, 0))
          * (ordered.line->'unitPrice'->>'amount')::numeric, 2)), 0)
        from jsonb_array_elements(state->'draft'->'lines') with ordinality as ordered (line, at)
        left join jsonb_array_elements(state->'lines') with ordinality as progress (line, at)
          using (at)
      ) end
    where state is not null`.execute(db);
  await sql`
    create index order_book_unbilled on order_book (customer_number) include (unbilled, currency)
    where unbilled <> 0`.execute(db);
}

/**
 * `given`: events in the order in which they happened. The log's lock ("EVNT" in ASCII) is held until the
 * commit, so that positions become visible in order. Sequences come from a row per subject and not from
 * the events, which retention may have discarded.
 */
async function appendEvents(db: Db): Promise<void> {
  await sql`
    create function append_events(given jsonb) returns bigint[] language plpgsql as $$
    declare
      positions bigint[];
    begin
      perform pg_advisory_xact_lock(x'45564e54'::int);
      with listed as materialized (
        select * from rows from (jsonb_to_recordset(given) as (
          id text, source text, type text, version integer, subject text, "occurredAt" timestamptz,
          "recordedAt" timestamptz, "customerNumber" text, "correlationId" text, "causationId" text,
          data jsonb
        )) with ordinality as event (
          id, source, type, version, subject, occurred_at,
          recorded_at, customer_number, correlation_id, causation_id,
          data, place)
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
          customer_number, correlation_id, causation_id, data)
        select id, source, type, version, subject,
          last_sequence + 1 - row_number() over (partition by subject order by place desc),
          occurred_at, recorded_at, customer_number, correlation_id, causation_id, data
        from listed join numbered using (subject)
        order by place
        returning position
      )
      select array_agg(position order by position) into positions from appended;
      perform pg_notify('crossdock_events', positions[cardinality(positions)]::text);
      return positions;
    end $$`.execute(db);
}

/**
 * `given`: entries in order, each with the spelling that is hashed. The chain's head is held until the
 * commit, so that rows are chained in order of commit.
 */
async function appendAudit(db: Db): Promise<void> {
  await sql`
    create function append_audit(given jsonb) returns void language plpgsql as $$
    declare
      head audit_head%rowtype;
      entry record;
    begin
      select * into strict head from audit_head for update;
      for entry in
        select * from jsonb_to_recordset(given) as entry (
          canonical text, at timestamptz, actor text, step text, "commandId" text, "commandType" text,
          outcome text, "correlationId" text, "payloadHash" text)
      loop
        head.sequence := head.sequence + 1;
        head.hash := encode(sha256(convert_to(
          head.hash || chr(10) || head.sequence::text || chr(10) || entry.canonical, 'UTF8')), 'hex');
        insert into audit_journal (sequence, at, actor, step, command_id, command_type, outcome,
          correlation_id, payload_hash, hash)
        values (head.sequence, entry.at, entry.actor, entry.step, entry."commandId",
          entry."commandType", entry.outcome, entry."correlationId", entry."payloadHash", head.hash);
      end loop;
      update audit_head set sequence = head.sequence, hash = head.hash;
    end $$`.execute(db);
}

/**
 * Writes down commands whose key is not known yet, and what becomes true with each: rows of `orders`,
 * `events` and `audit` name its command in "commandId". Keys are claimed in one order, so that two that
 * claim the same ones do not wait for each other; `sequence` goes by the order of `commands` all the same.
 * @returns the ids of those that were accepted
 */
async function acceptCommands(db: Db): Promise<void> {
  await sql`
    create function accept_commands(commands jsonb, orders jsonb, events jsonb, audit jsonb)
    returns text[] language plpgsql as $$
    declare
      accepted text[];
    begin
      with asked as materialized (
        select command.*, nextval('commands_sequence_seq') as sequence
        from jsonb_to_recordset(commands) as command (
          id text, type text, version integer, lane text, client_id text, idempotency_key text,
          fingerprint text, requested_by text, customer_number text, subject text, data jsonb,
          accepted_at timestamptz, correlation_id text, causation_id text)
      ),
      claimed as (
        insert into commands (id, sequence, type, version, lane, client_id, idempotency_key,
          fingerprint, requested_by, customer_number, subject, data, status, accepted_at, due_at,
          correlation_id, causation_id)
        overriding system value
        select id, sequence, type, version, lane, client_id, idempotency_key,
          fingerprint, requested_by, customer_number, subject, data, 'ACCEPTED', accepted_at,
          clock_timestamp(), correlation_id, causation_id
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
