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
      where status in ('ACCEPTED', 'RUNNING', 'RETRYING') and lane <> 'ledger'`.execute(db);
    await sql`drop index commands_due`.execute(db);
    await sql`drop index commands_unsettled_by_lane`.execute(db);
    await tellOfCommands(db);
    await claimCommands(db);
    await wakeNextCommand(db);
    await finishCommands(db);
  },
};

type Db = Parameters<Migration["up"]>[0];

/** Appends those rows of `events` and `audit` whose "commandId" is among `changed`. @returns `changed` */
async function tellOfCommands(db: Db): Promise<void> {
  await sql`
    create function tell_of_commands(changed text[], events jsonb, audit jsonb)
    returns text[] language plpgsql as $$
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
      return changed;
    end $$`.execute(db);
}

/**
 * `claims`: "attempts" is what the command had when the claim was prepared, "heldMs" the lease with the
 * settle window after it. Given are those that are due and whose turn it is: no other command of the
 * subject runs, or was accepted earlier and is not settled. One after the other, from key to row: a plan
 * for all of them, made while few commands wait, would read all that wait later. In order of id, so that
 * two that claim at the same moment cannot wait for each other.
 * @returns the ids of those that were claimed
 */
async function claimCommands(db: Db): Promise<void> {
  await sql`
    create function claim_commands(claims jsonb) returns text[] language plpgsql as $$
    declare
      claim record;
      command record;
      claimed text[] := '{}';
    begin
      for claim in
        select * from jsonb_to_recordset(claims) as claim (
          id text, token text, attempts integer, "heldMs" integer)
        order by id
      loop
        select id, subject, sequence, status, attempts, due_at into command
        from commands where id = claim.id for update;
        continue when not found
          or command.status not in ('ACCEPTED', 'RUNNING', 'RETRYING')
          or command.attempts <> claim.attempts
          or command.due_at > clock_timestamp()
          or exists (
            select from commands o
            where o.subject = command.subject and o.id <> command.id
              and o.status in ('ACCEPTED', 'RUNNING', 'RETRYING')
              and (o.status = 'RUNNING' or o.sequence < command.sequence));
        update commands
        set status = 'RUNNING', attempts = attempts + 1, in_doubt = true, lease_token = claim.token,
          due_at = clock_timestamp() + claim."heldMs" * interval '1 millisecond',
          queued_until = 'epoch', job_id = null
        where id = claim.id;
        claimed := claimed || claim.id;
      end loop;
      return claimed;
    end $$`.execute(db);
}

/**
 * Relays look at the next command of the subject again, if there is one: it may be its turn. In the
 * transaction in which the one before it is settled.
 */
async function wakeNextCommand(db: Db): Promise<void> {
  await sql`
    create function wake_next_command(settled_subject text) returns boolean language plpgsql as $$
    begin
      update commands set queued_until = 'epoch'
      where job_id is null and id = (
        select id from commands
        where subject = settled_subject and status in ('ACCEPTED', 'RUNNING', 'RETRYING')
        order by subject, sequence limit 1);
      return found;
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
    create function finish_commands(finishes jsonb) returns text[] language plpgsql as $$
    declare
      finish record;
      finished text[] := '{}';
      finished_subject text;
      is_next_waiting boolean := false;
    begin
      for finish in
        select * from jsonb_to_recordset(finishes) as finish (
          id text, token text, status text, completed_at timestamptz, result_typename text,
          result_id text, error_class text, error_code text, error_message text,
          error_retryable boolean, last_answer jsonb)
        order by id
      loop
        update commands
        set status = finish.status, completed_at = finish.completed_at, in_doubt = false,
          lease_token = null, queued_until = 'epoch',
          result_typename = finish.result_typename, result_id = finish.result_id,
          error_class = finish.error_class, error_code = finish.error_code,
          error_message = finish.error_message, error_retryable = finish.error_retryable,
          last_answer = finish.last_answer
        where id = finish.id and lease_token = finish.token and completed_at is null
        returning subject into finished_subject;
        continue when not found;
        finished := finished || finish.id;
        perform pg_notify('commands_settled', finish.id);
        is_next_waiting := wake_next_command(finished_subject) or is_next_waiting;
      end loop;
      if is_next_waiting then
        perform pg_notify('commands_due', '');
      end if;
      return finished;
    end $$`.execute(db);
}
