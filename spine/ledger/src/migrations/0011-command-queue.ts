import { sql } from "kysely";
import type { Migration } from "kysely";

/**
 * Which job of the queue holds a command, what relays look for, and claims and finishes as functions: one
 * statement for many commands, with their events and audit. See docs/decisions/0007-execution-path.md.
 */
export const commandQueue: Migration = {
  async up(db) {
    await sql`alter table commands add column job_id text, drop column times_queued`.execute(db);
    // What is in the queue, and what is to come there, each in the order of its time: a pass reads what it
    // takes and nothing else, however many wait.
    await sql`
      create index commands_to_queue
      on commands (lane, (job_id is null), (greatest(due_at, queued_until)), sequence)
      where status in ('ACCEPTED', 'RUNNING', 'RETRYING')`.execute(db);
    await sql`drop index commands_due`.execute(db);
    await sql`drop index commands_unsettled_by_lane`.execute(db);
    await tellOfCommands(db);
    await claimCommands(db);
    await finishCommands(db);
  },
};

type Db = Parameters<Migration["up"]>[0];

// The functions below go by indexes alone: their plans are kept, and may have been made while the tables
// were small.

/** Appends those rows of `events` and `audit` whose "commandId" is among `changed`. */
async function tellOfCommands(db: Db): Promise<void> {
  await sql`
    create function tell_of_commands(changed text[], events jsonb, audit jsonb)
    returns void language plpgsql as $$
    begin
      events := (select jsonb_agg(row order by place)
        from jsonb_array_elements(events) with ordinality as given (row, place)
        where row ->> 'commandId' = any (changed));
      audit := (select jsonb_agg(row order by place)
        from jsonb_array_elements(audit) with ordinality as given (row, place)
        where row ->> 'commandId' = any (changed));
      if events is not null then
        perform append_events(events);
      end if;
      if audit is not null then
        perform append_audit(audit);
      end if;
    end $$`.execute(db);
}

/**
 * `claims`: "attempts" is what the command had when the claim was prepared, "heldMs" the lease with the
 * settle window after it. Given are those that are due and whose turn it is: no other command of the
 * subject runs, or was accepted earlier and is not settled.
 * @returns the ids of those that were claimed
 */
async function claimCommands(db: Db): Promise<void> {
  await sql`
    create function claim_commands(claims jsonb, events jsonb, audit jsonb)
    returns text[] language plpgsql set enable_seqscan = off as $$
    declare
      claimed text[];
    begin
      with free as materialized (
        select c.id, claim.token, claim."heldMs"
        from jsonb_to_recordset(claims) as claim (
          id text, token text, attempts integer, "heldMs" integer)
        join commands c on c.id = claim.id and c.attempts = claim.attempts
        where c.status in ('ACCEPTED', 'RUNNING', 'RETRYING') and c.due_at <= clock_timestamp()
          and not exists (
            select from commands o
            where o.subject = c.subject and o.id <> c.id
              and o.status in ('ACCEPTED', 'RUNNING', 'RETRYING')
              and (o.status = 'RUNNING' or o.sequence < c.sequence))
        order by c.id
        for update of c
      ),
      taken as (
        update commands
        set status = 'RUNNING', attempts = attempts + 1, in_doubt = true, lease_token = free.token,
          due_at = clock_timestamp() + free."heldMs" * interval '1 millisecond',
          queued_until = 'epoch', job_id = null
        from free where commands.id = free.id
        returning commands.id
      )
      select coalesce(array_agg(id), '{}') into claimed from taken;
      perform tell_of_commands(claimed, events, audit);
      return claimed;
    end $$`.execute(db);
}

/**
 * `finishes`: what came of commands that run, each with the token of its lease. Who lost the lease
 * changes nothing. Whoever waits for them is told with the commit, and relays where another command of the
 * subject waited for its turn.
 * @returns the ids of those that were finished
 */
async function finishCommands(db: Db): Promise<void> {
  await sql`
    create function finish_commands(finishes jsonb, events jsonb, audit jsonb)
    returns text[] language plpgsql set enable_seqscan = off as $$
    declare
      finished text[];
    begin
      with held as materialized (
        select finish.*
        from jsonb_to_recordset(finishes) as finish (
          id text, token text, status text, completed_at timestamptz, result_typename text,
          result_id text, error_class text, error_code text, error_message text,
          error_retryable boolean, last_answer jsonb)
        join commands c on c.id = finish.id and c.lease_token = finish.token
        where c.status = 'RUNNING'
        order by c.id
        for update of c
      ),
      settled as (
        update commands
        set status = held.status, completed_at = held.completed_at, in_doubt = false,
          lease_token = null, queued_until = 'epoch',
          result_typename = held.result_typename, result_id = held.result_id,
          error_class = held.error_class, error_code = held.error_code,
          error_message = held.error_message, error_retryable = held.error_retryable,
          last_answer = held.last_answer
        from held where commands.id = held.id
        returning commands.id
      )
      select coalesce(array_agg(id), '{}') into finished from settled;
      perform tell_of_commands(finished, events, audit);
      perform pg_notify('commands_settled', id) from unnest(finished) as id;
      if exists (
        select from commands done join commands next on next.subject = done.subject
        where done.id = any (finished) and next.status in ('ACCEPTED', 'RUNNING', 'RETRYING')
      ) then
        perform pg_notify('commands_due', '');
      end if;
      return finished;
    end $$`.execute(db);
}
