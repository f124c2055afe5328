import type { Ledger } from "@crossdock/ledger";
import { sql } from "kysely";
import { UNSETTLED } from "./command-record.ts";
import { databaseNowPlus } from "./database-time.ts";
import type { Lane } from "./lane.ts";

export type DueCommand = {
  readonly id: string;
  readonly type: string;
  readonly lane: Lane;
  /** How often it was queued, this time included. */
  readonly timesQueued: number;
};

/** What the ledger knows of work to be queued. Safe from many relays at once. */
export interface DueCommands {
  /**
   * Commands that a worker could claim now and that are not taken to be in the queue, oldest first; at
   * most one per subject, and per lane only as many as its window has room for. They are taken to be in
   * the queue from now on.
   */
  take(): Promise<DueCommand[]>;
  /** They did not get into the queue after all. @param afterMs when to take them again */
  putBack(ids: readonly string[], afterMs: number): Promise<void>;
  /** @returns milliseconds until there may be something to take; `null` when nothing waits for its time */
  nextInMs(): Promise<number | null>;
}

/** The queue holds a window, the ledger the backlog: so much is in the queue per lane, at most. */
const WINDOW_PER_LANE = 500;
/** @param lookAgainMs who is not claimed by then is looked after: the queue may have lost it */
export function createDueCommands({ db }: Ledger, lookAgainMs: number): DueCommands {
  const unsettled = sql.join(UNSETTLED.map((status) => sql.lit(status)));
  return {
    async take() {
      const { rows } = await sql<DueCommand>`
        with room as (
          select lane, ${WINDOW_PER_LANE}::bigint
            - count(*) filter (where queued_until > clock_timestamp()) as free
          from commands where status in (${unsettled}) group by lane
        ), due as (
          select first.id from room cross join lateral (
            select id from commands c
            where c.lane = room.lane and c.status in (${unsettled})
              and c.due_at <= clock_timestamp() and c.queued_until <= clock_timestamp()
              and not exists (
                select from commands o
                where o.subject = c.subject and o.id <> c.id and o.status in (${unsettled})
                  and (o.status = 'RUNNING' or o.sequence < c.sequence))
            order by c.sequence
            limit greatest(room.free, 0)
            for update skip locked
          ) first
        )
        update commands
        set queued_until = clock_timestamp() + ${lookAgainMs}::int * interval '1 millisecond',
          times_queued = times_queued + 1
        from due where commands.id = due.id
        returning commands.id, commands.type, commands.lane,
          commands.times_queued as "timesQueued"`.execute(db);
      return rows;
    },

    async putBack(ids, afterMs) {
      if (ids.length === 0) return;
      await db
        .updateTable("commands")
        .set({ queued_until: databaseNowPlus(afterMs) })
        .where("id", "in", ids)
        .where("status", "in", UNSETTLED)
        .execute();
    },

    async nextInMs() {
      const { rows } = await sql<{ inMs: number | null }>`
        select (extract(epoch from min(greatest(due_at, queued_until)) - clock_timestamp())
          * 1000)::float8 as "inMs"
        from commands
        where status in (${unsettled}) and greatest(due_at, queued_until) > clock_timestamp()`.execute(
        db,
      );
      const inMs = rows[0]?.inMs ?? null;
      return inMs === null ? null : Math.max(0, Math.ceil(inMs));
    },
  };
}
