import type { Ledger } from "@crossdock/ledger";
import type { Logger } from "@crossdock/runtime";
import { createPostgresBackend, Queue, runMigrations, Worker, withBackend } from "bullmq";
import type { JobsOptions, PgPool, QueueOptions, WorkerOptions } from "bullmq";
import { Redis } from "ioredis";
import { LANES } from "./lane.ts";
import type { Lane } from "./lane.ts";

/** A note that a command may be worked on. It holds no more than the id: the ledger holds the command. */
export type QueuedCommand = {
  readonly id: string;
  readonly type: string;
  /** It may have been queued before, and a job of that id be left over. */
  readonly again: boolean;
};

/** One queue per lane. What it holds can be lost at any time: relays fill it again from the ledger. */
export interface CommandQueues {
  /**
   * At most once in the queue per command, whatever the number of calls.
   * @param commands of one lane
   * @returns ids that could not be added, as a worker still holds their last job: try again shortly
   */
  add(lane: Lane, commands: readonly QueuedCommand[]): Promise<string[]>;
  /**
   * Calls `work` with the ids of commands as they come; a rejected promise is logged and the job dropped.
   * @param concurrency calls at a time, 1 or more
   */
  consume(lane: Lane, concurrency: number, work: (id: string) => Promise<void>): QueueConsumer;
  /** Adds that are still on their way fail. */
  close(): Promise<void>;
}

export interface QueueConsumer {
  /** Takes no more jobs; resolves when the last running one has ended. */
  stop(): Promise<void>;
  /** Lets go of running jobs: nobody waits for them any more. */
  abandon(): Promise<void>;
}

export type CommandQueuesOptions = {
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

/**
 * BullMQ, on the ledger's PostgreSQL (its tables are brought up to date first) or on Redis.
 * @throws {Error} when the tables of the queue cannot be made
 */
export async function openCommandQueues(options: CommandQueuesOptions): Promise<CommandQueues> {
  const { redisUrl, logger } = options;
  const engine = redisUrl === null ? await postgresEngine(options) : redisEngine(options, redisUrl);
  const report = (error: Error): void => {
    logger.warn({ reason: error.message }, "a command queue failed");
  };
  const queues = new Map(LANES.map((lane) => [lane, engine.queue(queueName(lane))]));
  for (const queue of queues.values()) queue.on("error", report);

  return {
    async add(lane, commands) {
      const queue = queues.get(lane);
      if (queue === undefined) throw new Error(`There is no lane ${String(lane)}.`);
      const places = await Promise.all(commands.map((command) => placeOf(queue, command)));
      const jobs = commands
        .filter((_command, at) => places[at] === "none")
        .map(({ id, type }) => ({ name: type, data: { id }, opts: { jobId: id } }));
      const [first, ...others] = jobs;
      if (first !== undefined) {
        if (others.length === 0) await queue.add(first.name, first.data, first.opts);
        else await queue.addBulk(jobs);
      }
      return commands.filter((_command, at) => places[at] === "held").map(({ id }) => id);
    },

    consume(lane, concurrency, work) {
      const worker = engine.worker(queueName(lane), ({ data }) => work(data.id), concurrency);
      worker.on("error", report);
      worker.on("failed", (job, error) => {
        logger.error({ commandId: job?.data.id, lane, err: error }, "a queued command was dropped");
      });
      return {
        stop: () => worker.close(),
        abandon: () => worker.close(true),
      };
    },

    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await engine.close();
    },
  };
}

type JobData = { readonly id: string };
type CommandQueue = Pick<
  Queue<JobData, void>,
  "add" | "addBulk" | "getJobState" | "remove" | "close"
> & { on(event: "error", onError: (error: Error) => void): unknown };
type CommandWorker = Pick<Worker<JobData, void>, "close"> & {
  on(event: "error", onError: (error: Error) => void): unknown;
  on(
    event: "failed",
    onFailed: (job: { readonly data: JobData } | undefined, error: Error) => void,
  ): unknown;
};
type Process = (job: { readonly data: JobData }) => Promise<void>;

type Engine = {
  queue(name: string): CommandQueue;
  worker(name: string, process: Process, concurrency: number): CommandWorker;
  close(): Promise<void>;
};

async function postgresEngine({ ledger, lockMs }: CommandQueuesOptions): Promise<Engine> {
  const client = await ledger.pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
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
  { logger, lockMs, redisPrefix: prefix = REDIS_PREFIX }: CommandQueuesOptions,
  url: string,
): Engine {
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

/**
 * Where a command's job is: nowhere, waiting for a worker, or held by one (alive, or dead and not yet
 * found out). A leftover that no worker will take is removed.
 */
async function placeOf(
  queue: CommandQueue,
  { id, again }: QueuedCommand,
): Promise<"none" | "waiting" | "held"> {
  if (!again) return "none";
  const state = await queue.getJobState(id);
  switch (state) {
    case "unknown":
      return "none";
    case "failed":
    case "completed":
      await queue.remove(id);
      return "none";
    case "active":
      return "held";
    default:
      return "waiting";
  }
}

function queueName(lane: Lane): string {
  return `commands-${lane}`;
}
