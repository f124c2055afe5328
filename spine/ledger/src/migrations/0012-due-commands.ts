import { sql } from "kysely";
import type { Migration } from "kysely";

/**
 * A relay's pass as a function: the database keeps the plan, and making one for a statement of this size
 * took most of a pass in which little was due. See docs/decisions/0007-execution-path.md.
 */
export const dueCommands: Migration = {
  async up(db) {
    await takeDueCommands(db);
  },
};

type Db = Parameters<Migration["up"]>[0];

/**
 * Commands that a worker could claim now, into jobs of `job_size`: of each lane as many as its window has
 * room for, `per_pass` at most, and none where there is less room than `min_room`. Jobs are named after `pass`; a row without one is
 * a command that waits for others of its subject. Who is not claimed `look_again_ms` later is given out
 * again, with the job that had it. `now()` and not the wall clock: it stands still within a statement, so
 * that indexes can be used. The one plan is kept from a time of few commands, so it may not be a scan of all.
 * @returns one row at least; `id` is null in it when nothing was taken
 */
async function takeDueCommands(db: Db): Promise<void> {
  await sql`
    create function take_due_commands(lanes text[], room_per_lane integer, min_room integer,
      per_pass integer, job_size integer, pass text, look_again_ms integer)
    returns table (next_in_ms float8, queued integer, id text, lane text, job_id text, again boolean)
    language plpgsql set enable_seqscan = off as $$
    #variable_conflict use_column
    begin
      return query
      with lanes_asked as materialized (
        select asked.lane from unnest(lanes) as asked (lane)
      ),
      room as materialized (
        select asked.lane, room_per_lane - (
          select count(*) from commands c
          where c.lane = asked.lane
            and c.status in ('ACCEPTED', 'RUNNING', 'RETRYING') and c.lane <> 'ledger'
            and (c.job_id is null) = false
            and greatest(c.due_at, c.queued_until) > now()) as free
        from lanes_asked asked
      ), again as (
        select found.* from lanes_asked asked cross join lateral (
          select c.id, c.lane, c.sequence, c.job_id from commands c
          where c.lane = asked.lane
            and c.status in ('ACCEPTED', 'RUNNING', 'RETRYING') and c.lane <> 'ledger'
            and (c.job_id is null) = false
            and greatest(c.due_at, c.queued_until) <= now()
          order by greatest(c.due_at, c.queued_until), c.sequence
          limit per_pass
          for update skip locked
        ) found
      ), fresh as (
        select found.* from room cross join lateral (
          select c.id, c.lane, c.subject, c.sequence from commands c
          where c.lane = room.lane
            and c.status in ('ACCEPTED', 'RUNNING', 'RETRYING') and c.lane <> 'ledger'
            and (c.job_id is null) = true
            and greatest(c.due_at, c.queued_until) <= now()
          order by greatest(c.due_at, c.queued_until), c.sequence
          limit case when room.free < min_room then 0 else least(room.free, per_pass) end
          for update skip locked
        ) found
      ), free as materialized (
        select * from fresh where fresh.sequence = (
          select o.sequence from commands o
          where o.subject = fresh.subject and o.status in ('ACCEPTED', 'RUNNING', 'RETRYING')
          order by o.subject, o.sequence limit 1
        ) and not exists (
          select from commands o
          where o.subject = fresh.subject and o.status = 'RUNNING' and o.id <> fresh.id
        )
      ), jobs as (
        select again.id, again.job_id, true as again from again
        union all
        select free.id, pass || (
          (row_number() over (partition by free.lane order by free.sequence) - 1) / job_size), false
        from free
        union all
        -- Others of its subject come first: out of the way, until one of these is settled.
        select fresh.id, null, false from fresh where fresh.id not in (select free.id from free)
      ), taken as (
        update commands
        set job_id = jobs.job_id, queued_until = now() + look_again_ms * interval '1 millisecond'
        from jobs where commands.id = jobs.id
        returning commands.id, commands.sequence, commands.lane, jobs.job_id, jobs.again
      )
      select next.in_ms, fullest.queued, taken.id, taken.lane, taken.job_id, taken.again from (
        select (extract(epoch from min(soonest.at) - now()) * 1000)::float8 as in_ms
        from lanes_asked asked cross join (values (true), (false)) as queued (no)
        cross join lateral (
          select greatest(c.due_at, c.queued_until) as at from commands c
          where c.lane = asked.lane
            and c.status in ('ACCEPTED', 'RUNNING', 'RETRYING') and c.lane <> 'ledger'
            and (c.job_id is null) = queued.no and greatest(c.due_at, c.queued_until) > now()
          order by greatest(c.due_at, c.queued_until) limit 1
        ) soonest
      ) next cross join (
        select (room_per_lane - min(room.free))::int as queued from room
      ) fullest left join taken on true
      order by taken.sequence;
    end $$`.execute(db);
}
