import type { Ledger, LedgerPool } from "@crossdock/ledger";
import type { Logger } from "@crossdock/runtime";
import { createPostgresBackend, Queue, runMigrations, Worker, withBackend } from "bullmq";
import type { JobsOptions, PgPool, QueueOptions, WorkerOptions } from "bullmq";
import { Redis } from "ioredis";

export type QueueEngineOptions = {
  readonly ledger: Ledger;
  /** `null`: the queue is in the ledger's own database. */
  readonly redisUrl: string | null;
  readonly logger: Logger;
  /** Braces keep the keys of one queue on one node of a cluster. */
  readonly redisPrefix?: string;
  /**
   * The queue takes a job back from a worker that was silent for so long: 5 s unless given. Short, as
   * the ledger's lease keeps a command from being worked on twice, whatever the queue believes.
   */
  readonly lockMs?: number;
};

export type JobData = { readonly ids: readonly string[] };
export type CommandQueue = Pick<
  Queue<JobData, void>,
  "add" | "addBulk" | "getJobState" | "remove" | "close"
> & { on(event: "error", onError: (error: Error) => void): unknown };
export type CommandWorker = Pick<Worker<JobData, void>, "close"> & {
  on(event: "error", onError: (error: Error) => void): unknown;
  on(
    event: "failed",
    onFailed: (job: { readonly data: JobData } | undefined, error: Error) => void,
  ): unknown;
};
type Process = (job: { readonly data: JobData }) => Promise<void>;

/** What BullMQ stands on: made here and nowhere else. */
export type QueueEngine = {
  queue(name: string): CommandQueue;
  worker(name: string, process: Process, concurrency: number): CommandWorker;
  close(): Promise<void>;
};

const REDIS_PREFIX = "{crossdock}";

const LOCK_MS = 5_000;
/** The ledger counts attempts; BullMQ never gives a job up because its worker died twice. */
const MAX_STALLED_COUNT = 1_000;
/** Until a worker that could not reach the queue asks again; BullMQ's own 15 s are long for a restart. */
const ASK_AGAIN_MS = 1_000;
/** Nobody reads BullMQ's own event log. */
const QUEUE_EVENTS_KEPT = 100;

const JOB_OPTIONS: JobsOptions = {
  // Retries are the ledger's.
  attempts: 1,
  // A finished or failed job that stays would silently swallow a second add of its id.
  removeOnComplete: true,
  removeOnFail: true,
};
const QUEUE_OPTIONS = {
  defaultJobOptions: JOB_OPTIONS,
  streams: { events: { maxLen: QUEUE_EVENTS_KEPT } },
} satisfies Partial<QueueOptions>;
const workerOptions = (lockMs = LOCK_MS) =>
  ({
    lockDuration: lockMs,
    stalledInterval: lockMs / 2,
    maxStalledCount: MAX_STALLED_COUNT,
    runRetryDelay: ASK_AGAIN_MS,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  }) satisfies Partial<WorkerOptions>;

/** @throws {Error} when the tables of the queue cannot be made */
export async function openQueueEngine(options: QueueEngineOptions): Promise<QueueEngine> {
  const { redisUrl } = options;
  return redisUrl === null ? postgresEngine(options) : redisEngine(options, redisUrl);
}

async function postgresEngine({ ledger, lockMs }: QueueEngineOptions): Promise<QueueEngine> {
  const client = await ledger.pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
  await leaveOutOfTheLog(ledger.pool);
  const OnPostgres = withBackend(createPostgresBackend);
  const connection = withoutErrors(ledger.pool);
  return {
    queue: (name) => new OnPostgres.Queue<JobData, void>(name, { ...QUEUE_OPTIONS, connection }),
    worker: (name, process, concurrency) =>
      new OnPostgres.Worker<JobData, void>(name, process, {
        ...workerOptions(lockMs),
        connection,
        concurrency,
      }),
    close: () => Promise.resolve(),
  };
}

/**
 * The queue can be lost at any time, so nobody waits for its rows to be on disk: jobs and BullMQ's events
 * are not written to the database's log, and are gone after a crash of the database.
 */
async function leaveOutOfTheLog(pool: LedgerPool): Promise<void> {
  await pool.query(`
    do $$
    declare
      name text;
    begin
      for name in
        -- Those that refer to jobs first: a logged table may not refer to one that is not.
        select relname from unnest(array['job_log', 'job_dependency', 'job', 'event'])
          with ordinality as listed (name, place)
        join pg_class on relname = listed.name and relnamespace = 'bullmq'::regnamespace
        where relpersistence = 'p'
        order by place
      loop
        execute format('alter table bullmq.%I set unlogged', name);
      end loop;
    end $$`);
}

/**
 * The ledger's pool as BullMQ wants it, without its errors: the ledger reports those itself, once, and
 * BullMQ never lets go of a pool that it listens to.
 */
function withoutErrors(pool: Ledger["pool"]): PgPool {
  const facade = {
    options: pool.options,
    query: (text: string, values?: unknown[]) => pool.query(text, values),
    connect: () => pool.connect(),
    end: () => Promise.resolve(),
    on: () => facade,
    removeAllListeners: () => facade,
  };
  return facade as unknown as PgPool;
}

function redisEngine(
  { logger, lockMs, redisPrefix: prefix = REDIS_PREFIX }: QueueEngineOptions,
  url: string,
): QueueEngine {
  // Calls wait out an outage instead of failing: BullMQ asks for it, and relays have time.
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  connection.on("error", (error) => {
    logger.warn({ reason: error.message }, "Redis is out of reach");
  });
  return {
    queue: (name) => new Queue<JobData, void>(name, { ...QUEUE_OPTIONS, connection, prefix }),
    worker: (name, process, concurrency) =>
      new Worker<JobData, void>(name, process, {
        ...workerOptions(lockMs),
        connection,
        prefix,
        concurrency,
      }),
    close: () => {
      connection.disconnect();
      return Promise.resolve();
    },
  };
}
