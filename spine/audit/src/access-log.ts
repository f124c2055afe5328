import { instantOf, type Instant } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import { sleep, type Clock, type Logger, type Metrics } from "@crossdock/runtime";
import { sql } from "kysely";
import { Counter, Gauge } from "prom-client";
import type { AccessJournal, AccessNote } from "./access-journal.ts";
import { WaitingAccesses, type WaitingAccess } from "./waiting-accesses.ts";

/**
 * The journal of accesses: notes wait in memory for at most a second, and are written in batches, so that no request
 * waits for them. What finds no room is not written down, but how much that was is. A process that is killed loses
 * what waits.
 */
export interface AccessLog extends AccessJournal {
  start(): void;
  /** Writes what waits, and no more after that. */
  stop(): Promise<void>;
  /** Writes what waits now. @throws when the ledger does not take it: then it waits on */
  flush(): Promise<void>;
  /** Forgets what is older than the horizon. @returns how many rows were deleted */
  forget(signal: AbortSignal): Promise<number>;
}

export type AccessLogOptions = {
  readonly ledger: Pick<Ledger, "db">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The horizon, in days since an access. */
  readonly keepDays: number;
  /** Notes that wait at most; more are dropped, and counted. */
  readonly maxWaiting?: number;
};

const FLUSH_EVERY_MS = 1_000;
/** Rows of one statement: a few milliseconds of an embedded ledger's only session. */
const MAX_ROWS_PER_WRITE = 500;
const MAX_WAITING = 50_000;
const FORGET_EVERY_MS = 60_000;
const FORGET_BATCH = 500;
/** Between two of them, so that others use the ledger. */
const BREATH_MS = 20;
const DAY_MS = 24 * 60 * 60_000;

export function createAccessLog(options: AccessLogOptions): AccessLog {
  const { ledger, clock, logger, keepDays, maxWaiting = MAX_WAITING } = options;
  const waiting = new WaitingAccesses(maxWaiting);
  const counters = createCounters(options.metrics, waiting);
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let writing: Promise<void> = Promise.resolve();
  let dropped = 0;

  async function write(): Promise<void> {
    while (waiting.size > 0 || dropped > 0) {
      const rows = waiting.take(MAX_ROWS_PER_WRITE);
      const missing = dropped;
      dropped = 0;
      try {
        await insert(ledger, [...rows, ...missingRow(missing, instantOf(new Date(clock.nowMs())))]);
        counters.written.inc(rows.length);
      } catch (error) {
        dropped += missing;
        drop(waiting.putBack(rows));
        throw error;
      }
    }
  }

  function drop(notes: number): void {
    dropped += notes;
    counters.dropped.inc(notes);
  }

  const flush = (): Promise<void> => {
    writing = writing.catch(() => undefined).then(write);
    return writing;
  };

  const forget = async (signal: AbortSignal): Promise<number> => {
    const horizon = new Date(clock.nowMs() - keepDays * DAY_MS);
    let forgotten = 0;
    for (;;) {
      signal.throwIfAborted();
      const { rows } = await sql`
        delete from data_accesses where sequence in (
          select sequence from data_accesses where at < ${horizon} order by at limit ${FORGET_BATCH}
        ) returning sequence`.execute(ledger.db);
      forgotten += rows.length;
      if (rows.length < FORGET_BATCH) return forgotten;
      await sleep(BREATH_MS, signal);
    }
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    let forgottenAtMs = clock.nowMs();
    while (!signal.aborted) {
      try {
        await flush();
        if (clock.nowMs() - forgottenAtMs >= FORGET_EVERY_MS) {
          forgottenAtMs = clock.nowMs();
          await forget(signal);
        }
      } catch (error) {
        if (signal.aborted) return;
        logger.warn({ err: error }, "accesses could not be written down, it is tried again");
      }
      await sleep(FLUSH_EVERY_MS, signal).catch(() => undefined);
    }
  };

  return {
    note: (note: AccessNote) => {
      if (!waiting.add(note, instantOf(new Date(clock.nowMs())))) drop(1);
    },
    start: () => {
      running = run(stopping.signal);
    },
    stop: async () => {
      stopping.abort();
      await running;
      await flush().catch((error: unknown) => {
        logger.error({ err: error, notes: waiting.size }, "accesses were not written down");
      });
    },
    flush,
    forget,
  };
}

type Row = Omit<WaitingAccess, "access"> & {
  readonly access: WaitingAccess["access"] | "UNKNOWN";
  readonly dropped: number;
};

/** Where notes are missing stands between those that are not. */
function missingRow(dropped: number, at: Instant): Row[] {
  if (dropped === 0) return [];
  const nobody = { correlationId: "", clientId: "", viewerId: "", role: "", operation: "" };
  return [{ ...nobody, at, access: "UNKNOWN", outcome: "DROPPED", subjects: new Set(), dropped }];
}

async function insert(
  { db }: Pick<Ledger, "db">,
  rows: readonly (Row | WaitingAccess)[],
): Promise<void> {
  const text = JSON.stringify(
    rows.map(({ subjects, ...row }) => ({ dropped: 0, ...row, subjects: [...subjects] })),
  );
  await sql`
    insert into data_accesses (
      at, correlation_id, client_id, viewer_id, role, access, operation, outcome, subjects, dropped
    )
    select (row ->> 'at')::timestamptz, row ->> 'correlationId', row ->> 'clientId',
      row ->> 'viewerId', row ->> 'role', row ->> 'access', row ->> 'operation', row ->> 'outcome',
      array(select jsonb_array_elements_text(row -> 'subjects')), (row ->> 'dropped')::integer
    from jsonb_array_elements(${text}::jsonb) with ordinality as told (row, place)
    order by place`.execute(db);
}

function createCounters(metrics: Metrics, waiting: WaitingAccesses) {
  const registers = [metrics];
  new Gauge({
    name: "crossdock_accesses_waiting",
    help: "Notes of accesses that are not written down yet.",
    registers,
    collect() {
      this.set(waiting.size);
    },
  });
  return {
    written: new Counter({
      name: "crossdock_accesses_written_total",
      help: "Rows of the journal of accesses that this process wrote.",
      registers,
    }),
    dropped: new Counter({
      name: "crossdock_accesses_dropped_total",
      help: "Notes of accesses that found no room and were not written down.",
      registers,
    }),
  };
}
