import type { Ledger } from "@crossdock/ledger";
import { createRepeating, sleep, type Clock, type Logger, type Metrics } from "@crossdock/runtime";
import { sql } from "kysely";
import { Counter, Gauge } from "prom-client";
import type { EventLog } from "./event-log.ts";
import { laterOf, LOG_START, type Position } from "./position.ts";

/**
 * Forgets the oldest events, from the start of the log: those that are older than the horizon, but for the newest
 * `keepAtLeast` of all, and but for what a durable consumer has yet to read, which is kept until it is older than
 * `keepUnreadMs`. A follower that comes back later than that gets CursorExpiredError.
 */
export interface Retention {
  start(): void;
  stop(): Promise<void>;
  /** One sweep. @returns how many events were discarded */
  sweep(signal: AbortSignal): Promise<number>;
}

export type RetentionOptions = {
  readonly ledger: Ledger;
  readonly eventLog: Pick<EventLog, "discardThrough">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The horizon, in days since an event was recorded. */
  readonly keepDays: number;
  /** Events that are kept whatever their age. */
  readonly keepAtLeast: number;
};

/** A consumer that is further behind than so many horizons loses what it has not read. */
const UNREAD_HORIZONS = 3;
const DAY_MS = 24 * 60 * 60_000;
const SWEEP_EVERY_MS = 60_000;
/** Events of one transaction: a few milliseconds of an embedded ledger's only session. Appends never wait for it. */
const DISCARD_BATCH = 500;
/** Between two of them, so that others use the ledger. */
const BREATH_MS = 20;

export function createRetention(options: RetentionOptions): Retention {
  const { ledger, eventLog, clock, logger, keepDays, keepAtLeast } = options;
  const gauges = createGauges(options.metrics);

  const sweep = async (signal: AbortSignal) => {
    const horizon = new Date(clock.nowMs() - keepDays * DAY_MS);
    const unreadHorizon = new Date(clock.nowMs() - keepDays * UNREAD_HORIZONS * DAY_MS);
    let discarded = 0;
    for (;;) {
      signal.throwIfAborted();
      const next = await findBatch(ledger, { horizon, unreadHorizon, keepAtLeast });
      if (next === null) break;
      for (const { consumer, position } of next.overtaken) {
        logger.warn({ consumer, position }, "a consumer loses events that it never read");
      }
      const count = await eventLog.discardThrough(next.through);
      gauges.discarded.inc(count);
      discarded += count;
      await sleep(BREATH_MS, signal);
    }
    const kept = await measure(ledger);
    gauges.kept.set(kept.events);
    gauges.oldest.set(kept.oldestAt === null ? 0 : (clock.nowMs() - kept.oldestAt) / 1_000);
    if (discarded > 0) logger.info({ discarded, ...kept }, "old events were discarded");
    return discarded;
  };

  const repeating = createRepeating({
    work: sweep,
    everyMs: SWEEP_EVERY_MS,
    logger,
    whenFailed: "old events could not be discarded, it is tried again",
  });
  return { ...repeating, sweep };
}

type Limits = {
  readonly horizon: Date;
  readonly unreadHorizon: Date;
  readonly keepAtLeast: number;
};

type Batch = {
  readonly through: Position;
  /** Consumers that had not come so far. */
  readonly overtaken: readonly { readonly consumer: string; readonly position: string }[];
};

/** The next events at the start of the log that may go, as one range. @returns `null` when there are none */
async function findBatch(
  { db }: Ledger,
  { horizon, unreadHorizon, keepAtLeast }: Limits,
): Promise<Batch | null> {
  // The first event that stays ends the batch: an older one behind it is kept with it.
  const { rows } = await sql<{ through: Position | null }>`
    with oldest as materialized (
      select position, recorded_at from events
      where position > (select discarded_through from event_log_state)
      order by position limit ${DISCARD_BATCH}
    ), held as (
      select
        (select min(position) from consumer_offsets) as unread_after,
        coalesce((select position from events order by position desc
          offset ${keepAtLeast} limit 1), 0) as floor
    ), judged as (
      select position, position > floor or recorded_at >= ${horizon}
        or (position > coalesce(unread_after, position) and recorded_at >= ${unreadHorizon}) as stays
      from oldest cross join held
    )
    select max(position) as through from judged
    where position < coalesce((select min(position) from judged where stays), position + 1)
  `.execute(db);
  const through = rows[0]?.through ?? null;
  if (through === null) return null;
  const overtaken = await db
    .selectFrom("consumer_offsets")
    .select(["consumer", "position"])
    .where("position", "<", through)
    .execute();
  return { through, overtaken };
}

/** @returns how many events there are room for between the ends of the log, which rolled back appends widen a little */
async function measure({ db }: Ledger): Promise<{ events: number; oldestAt: number | null }> {
  const { rows } = await sql<{ head: Position | null; first: Position; at: Date | null }>`
    select (select max(position) from events) as head, discarded_through as first,
      (select recorded_at from events order by position limit 1) as at
    from event_log_state`.execute(db);
  const { head = null, first = LOG_START, at = null } = rows[0] ?? {};
  const events = head === null ? 0 : Number(BigInt(laterOf(head, first)) - BigInt(first));
  return { events, oldestAt: at === null ? null : at.getTime() };
}

function createGauges(metrics: Metrics) {
  const registers = [metrics];
  return {
    discarded: new Counter({
      name: "crossdock_events_discarded_total",
      help: "Events that this process discarded because they were older than the horizon.",
      registers,
    }),
    kept: new Gauge({
      name: "crossdock_events_kept",
      help: "Events that the log holds, as of the last sweep.",
      registers,
    }),
    oldest: new Gauge({
      name: "crossdock_events_oldest_age_seconds",
      help: "Since the oldest event that is kept was recorded, as of the last sweep.",
      registers,
    }),
  };
}
