import { randomUUID } from "node:crypto";
import type { Ledger } from "@crossdock/ledger";
import { sql } from "kysely";
import { UNSETTLED } from "./command-record.ts";
import { databaseNowPlus } from "./database-time.ts";
import { LANES, NO_LANE } from "./lane.ts";
import type { Lane } from "./lane.ts";
import type { QueueJob } from "./queues.ts";

export type DueJob = QueueJob & { readonly lane: Lane };

export type Taken = {
  /** At most one command per subject, the longest due first. */
  readonly jobs: readonly DueJob[];
  /** Until there may be something to take; `null` when nothing waits for its time. */
  readonly nextInMs: number | null;
  /** Whether as many were looked at as the window has room for: then there may be more. */
  readonly isFull: boolean;
};

/** What the ledger knows of work to be queued. Safe from many relays at once. */
export interface DueCommands {
  /**
   * Commands that a worker could claim now and that are not taken to be in the queue, per lane only as
   * many as its window has room for, and none where that is little. They are taken to be in the queue
   * from now on.
   */
  take(): Promise<Taken>;
  /** They are in no job after all. @param afterMs when to take them again */
  putBack(ids: readonly string[], afterMs: number): Promise<void>;
}

/** The queue holds a window, the ledger the backlog: so much is in the queue per lane, at most. */
const WINDOW_PER_LANE = 500;
/** It is filled up when so many have left it: a pass costs the ledger and the queue as much for few. */
const MIN_ROOM = 100;
/**
 * A job costs the queue as much for one command as for many. Few, because the commands of a job go to
 * one worker.
 */
const COMMANDS_PER_JOB = 10;

type TakenRow = {
  readonly nextInMs: number | null;
  /** In the fullest window, before anything was taken. */
  readonly queued: number;
  readonly id: string | null;
  readonly lane: Lane;
  /** `null`: it has to wait for others of its subject. */
  readonly jobId: string | null;
  readonly again: boolean;
};

/** @param lookAgainMs who is not claimed by then is looked after: the queue may have lost it */
export function createDueCommands({ db }: Ledger, lookAgainMs: number): DueCommands {
  const unsettled = sql.join(UNSETTLED.map((status) => sql.lit(status)));
  // In the words of the index.
  const waits = sql`c.status in (${unsettled}) and c.lane <> ${sql.lit(NO_LANE)}`;
  const lanes = sql.join(LANES.map((lane) => sql`(${sql.lit(lane)})`));
  return {
    async take() {
      const pass = `${randomUUID()}-`;
      // `now()` and not the wall clock: it stands still within a statement, so that indexes can be used.
      const { rows } = await sql<TakenRow>`
        with lanes (lane) as (values ${lanes}),
        room as (
          select lane, ${WINDOW_PER_LANE}::bigint - (
            select count(*) from commands c
            where c.lane = lanes.lane and ${waits}
              and (c.job_id is null) = false
              and greatest(c.due_at, c.queued_until) > now()) as free
          from lanes
        ), again as (
          select found.* from lanes cross join lateral (
            select c.id, c.lane, c.sequence, c.job_id from commands c
            where c.lane = lanes.lane and ${waits}
              and (c.job_id is null) = false
              and greatest(c.due_at, c.queued_until) <= now()
            order by greatest(c.due_at, c.queued_until), c.sequence
            limit ${WINDOW_PER_LANE}::bigint
            for update skip locked
          ) found
        ), fresh as (
          select found.* from room cross join lateral (
            select c.id, c.lane, c.subject, c.sequence from commands c
            where c.lane = room.lane and ${waits}
              and (c.job_id is null) = true
              and greatest(c.due_at, c.queued_until) <= now()
            order by greatest(c.due_at, c.queued_until), c.sequence
            limit case when room.free < ${MIN_ROOM}::bigint then 0 else room.free end
            for update skip locked
          ) found
        ), free as materialized (
          select * from fresh where sequence = (
            select o.sequence from commands o
            where o.subject = fresh.subject and o.status in (${unsettled})
            order by o.subject, o.sequence limit 1
          ) and not exists (
            select from commands o
            where o.subject = fresh.subject and o.status = 'RUNNING' and o.id <> fresh.id
          )
        ), jobs as (
          select id, job_id, true as again from again
          union all
          select id, ${pass}::text || (
            (row_number() over (partition by lane order by sequence) - 1)
            / ${COMMANDS_PER_JOB}::int), false from free
          union all
          -- Others of its subject come first: out of the way, until one of these is settled.
          select id, null, false from fresh where id not in (select id from free)
        ), taken as (
          update commands
          set job_id = jobs.job_id,
            queued_until = now() + ${lookAgainMs}::int * interval '1 millisecond'
          from jobs where commands.id = jobs.id
          returning commands.id, commands.sequence, commands.lane, jobs.job_id as "jobId", jobs.again
        )
        select next."nextInMs", fullest.queued, taken.* from (
          select (extract(epoch from min(soonest.at) - now()) * 1000)::float8 as "nextInMs"
          from lanes cross join (values (true), (false)) as queued (no) cross join lateral (
            select greatest(c.due_at, c.queued_until) as at from commands c
            where c.lane = lanes.lane and ${waits}
              and (c.job_id is null) = queued.no and greatest(c.due_at, c.queued_until) > now()
            order by greatest(c.due_at, c.queued_until) limit 1
          ) soonest
        ) next cross join (
          select (${WINDOW_PER_LANE}::bigint - min(free))::int as queued from room
        ) fullest left join taken on true
        order by taken.sequence`.execute(db);
      const { nextInMs = null, queued = 0 } = rows[0] ?? {};
      const jobs = jobsOf(rows);
      return {
        jobs,
        nextInMs: nextInMs === null ? null : Math.ceil(nextInMs),
        isFull: queued + rows.length > WINDOW_PER_LANE - MIN_ROOM,
      };
    },

    async putBack(ids, afterMs) {
      if (ids.length === 0) return;
      // In order, so that two that change many commands at once cannot wait for each other.
      await db
        .with("held", (held) =>
          held
            .selectFrom("commands")
            .select("id")
            .where("id", "in", ids)
            .where("status", "in", UNSETTLED)
            .orderBy("id")
            .forUpdate(),
        )
        .updateTable("commands")
        .from("held")
        .set({ job_id: null, queued_until: databaseNowPlus(afterMs) })
        .whereRef("commands.id", "=", "held.id")
        .execute();
    },
  };
}

function jobsOf(rows: readonly TakenRow[]): DueJob[] {
  const jobs = new Map<string, DueJob & { readonly commandIds: string[] }>();
  for (const { id, lane, jobId, again } of rows) {
    if (id === null || jobId === null) continue;
    const name = `${lane} ${jobId}`;
    const job = jobs.get(name) ?? { id: jobId, lane, commandIds: [], again };
    job.commandIds.push(id);
    jobs.set(name, job);
  }
  return [...jobs.values()];
}
