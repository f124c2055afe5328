import { sql } from "kysely";
import type { Migration } from "kysely";

/** What people stop for a while, and until when an exception should be dealt with and by whom: decision 0041. */
export const interventions: Migration = {
  async up(db) {
    await sql`
      create table pauses (
        id text primary key,
        scope text not null check (scope in ('LANE', 'PARTNER', 'SOURCE')),
        name text not null,
        reason text not null,
        paused_by text not null,
        paused_at timestamptz not null,
        resumed_at timestamptz,
        resumed_by text,
        check ((resumed_at is null) = (resumed_by is null))
      )`.execute(db);
    await sql`
      create unique index pauses_open on pauses (scope, name) where resumed_at is null`.execute(db);
    await sql`create index pauses_by_name on pauses (scope, name, paused_at)`.execute(db);
    await heldLanes(db);
    await claimCommands(db);
    await exceptionDeadlines(db);
    await sql`alter table exceptions drop constraint exceptions_resolution_check`.execute(db);
    await sql`
      alter table exceptions add constraint exceptions_resolution_check check
        (resolution in ('RETRIED', 'CORRECTED', 'IGNORED', 'COMPENSATED', 'SKIPPED'))`.execute(db);
  },
};

type Db = Parameters<Migration["up"]>[0];

/** Of some lanes those to which nothing goes now: a pause of the lane, or of the source behind it. */
async function heldLanes(db: Db): Promise<void> {
  await sql`
    create function held_lanes(lanes text[]) returns text[] language sql stable as $$
      select coalesce(array_agg(distinct name), '{}') from pauses
      where resumed_at is null and scope in ('LANE', 'SOURCE') and name = any (lanes)
    $$`.execute(db);
}

/** As in 0011, and nobody claims a command of a lane that is paused: it stays as it is, and spends no attempt. */
async function claimCommands(db: Db): Promise<void> {
  await sql`
    create or replace function claim_commands(claims jsonb) returns text[] language plpgsql as $$
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
        select id, lane, subject, sequence, status, attempts, due_at into command
        from commands where id = claim.id for update;
        continue when not found
          or command.status not in ('ACCEPTED', 'RUNNING', 'RETRYING')
          or command.attempts <> claim.attempts
          or command.due_at > clock_timestamp()
          or held_lanes(array[command.lane]) <> '{}'
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
 * `exception_deadlines` holds what was agreed, in minutes; what it says of a code goes before what it says of an owner,
 * and that before a class. A trigger stores the deadline with each exception, wherever it is opened.
 */
async function exceptionDeadlines(db: Db): Promise<void> {
  await sql`
    create table exception_deadlines (
      kind text not null check (kind in ('code', 'owner', 'class')),
      value text not null,
      minutes integer not null check (minutes > 0),
      primary key (kind, value)
    )`.execute(db);
  await sql`
    create function exception_due_at(a_code text, an_owner text, a_class text, opened_at timestamptz)
    returns timestamptz language sql stable as $$
      select opened_at + interval '1 minute' * coalesce(
        (select minutes from exception_deadlines where kind = 'code' and value = a_code),
        (select minutes from exception_deadlines where kind = 'owner' and value = an_owner),
        (select minutes from exception_deadlines where kind = 'class' and value = a_class),
        case
          when a_class in ('TECHNICAL', 'RATE_LIMIT', 'UNKNOWN_OUTCOME') then 60
          when a_class = 'MASTER_DATA' then 240
          else 480
        end)
    $$`.execute(db);
  await sql`
    create function set_exception_due_at() returns trigger language plpgsql as $$
    begin
      new.due_at := exception_due_at(new.code, new.owner, new.error_class, new.opened_at);
      return new;
    end $$`.execute(db);
  await sql`
    alter table exceptions add column due_at timestamptz, add column assignee text`.execute(db);
  await sql`
    update exceptions set due_at = exception_due_at(code, owner, error_class, opened_at)`.execute(
    db,
  );
  await sql`alter table exceptions alter column due_at set not null`.execute(db);
  await sql`
    create trigger exceptions_due_at before insert on exceptions
    for each row execute function set_exception_due_at()`.execute(db);
  await sql`
    create index exceptions_open_by_due on exceptions (due_at, sequence)
    where resolved_at is null`.execute(db);
}
