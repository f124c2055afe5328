import { randomUUID } from "node:crypto";
import type { Ledger } from "@crossdock/ledger";
import { sql } from "kysely";
import { UNSETTLED } from "./command-record.ts";
import { databaseNowPlus } from "./database-time.ts";
import { LANES } from "./lane.ts";
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
  /** Whether as many were taken as one pass takes: then there may be more at once. */
  readonly isCut: boolean;
};

/** What the ledger knows of work to be queued. Safe from many relays at once. */
export interface DueCommands {
  /**
   * Commands that a worker could claim now and that are not taken to be in the queue, per lane only as
   * many as its window has room for, none where that is little, and none of a lane that is paused. They are
   * taken to be in the queue from now on.
   */
  take(): Promise<Taken>;
  /** They are in no job after all. @param afterMs when to take them again */
  putBack(ids: readonly string[], afterMs: number): Promise<void>;
}

/** The queue holds a window, the ledger the backlog: so much is in the queue per lane, at most. */
const WINDOW_PER_LANE = 500;
/** Of a lane, those that are new to the queue and those that are looked after: a pass is short. */
const MAX_PER_PASS = 25;
/** It is filled up when so many have left it: a pass costs the ledger and the queue as much for few. */
const MIN_ROOM = 100;
/**
 * A job costs the queue as much for one command as for many. Few, because the commands of a job go to
 * one worker.
 */
const COMMANDS_PER_JOB = 10;

/** A row of the ledger's `take_due_commands`. */
type TakenRow = {
  readonly nextInMs: number | null;
  /** In the fullest window, before anything was taken; `null` while every lane is paused. */
  readonly queued: number | null;
  readonly id: string | null;
  readonly lane: Lane;
  /** `null`: it has to wait for others of its subject. */
  readonly jobId: string | null;
  readonly again: boolean;
};

/** @param lookAgainMs who is not claimed by then is looked after: the queue may have lost it */
export function createDueCommands({ db }: Ledger, lookAgainMs: number): DueCommands {
  return {
    async take() {
      const pass = `${randomUUID()}-`;
      const { rows } = await sql<TakenRow>`
        select next_in_ms as "nextInMs", queued, id, lane, job_id as "jobId", again
        from take_due_commands(free_lanes(${[...LANES]}::text[]),
          ${WINDOW_PER_LANE}::integer, ${MIN_ROOM}::integer,
          ${MAX_PER_PASS}::integer, ${COMMANDS_PER_JOB}::integer, ${pass}::text, ${lookAgainMs}::integer)`.execute(
        db,
      );
      const { nextInMs = null, queued = null } = rows[0] ?? {};
      const jobs = jobsOf(rows);
      return {
        jobs,
        nextInMs: nextInMs === null ? null : Math.ceil(nextInMs),
        isFull: (queued ?? 0) + rows.length > WINDOW_PER_LANE - MIN_ROOM,
        isCut: rows.length >= MAX_PER_PASS,
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
