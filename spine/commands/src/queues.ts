import { LANES } from "./lane.ts";
import type { Lane } from "./lane.ts";
import { openQueueEngine } from "./queue-engine.ts";
import type { CommandQueue, QueueEngineOptions } from "./queue-engine.ts";

/** A note that some commands may be worked on. It holds no more than ids: the ledger holds the commands. */
export type QueueJob = {
  readonly id: string;
  /** In the order in which they are to be taken up. */
  readonly commandIds: readonly string[];
  /** It was queued before, and may still be there. */
  readonly again: boolean;
};

/** One queue per lane. What it holds can be lost at any time: relays fill it again from the ledger. */
export interface CommandQueues {
  /** A job that is still there, waiting or with a worker, is not added a second time. */
  add(lane: Lane, jobs: readonly QueueJob[]): Promise<void>;
  /**
   * Calls `work` with the commands of a job, for two jobs at a time: so that the next is there when one
   * comes to its end. A rejected promise is logged and the job dropped.
   * @param work resolves when somebody else answers for the commands, not when they are done
   */
  consume(lane: Lane, work: (commandIds: readonly string[]) => Promise<void>): QueueConsumer;
  /** Adds that are still on their way fail. */
  close(): Promise<void>;
}

export interface QueueConsumer {
  /** Takes no more jobs; resolves when the last running one has ended. */
  stop(): Promise<void>;
  /** Lets go of running jobs: nobody waits for them any more. */
  abandon(): Promise<void>;
}

export type CommandQueuesOptions = QueueEngineOptions;

const JOB_NAME = "commands";
const JOBS_AT_ONCE = 2;
/** For fewer jobs PostgreSQL is quicker when they are added one by one. */
const BULK_FROM = 10;

/**
 * BullMQ, on the ledger's PostgreSQL (its tables are brought up to date first) or on Redis.
 * @throws {Error} when the tables of the queue cannot be made
 */
export async function openCommandQueues(options: CommandQueuesOptions): Promise<CommandQueues> {
  const { logger } = options;
  const engine = await openQueueEngine(options);
  const report = (error: Error): void => {
    logger.warn({ reason: error.message }, "a command queue failed");
  };
  const queues = new Map(LANES.map((lane) => [lane, engine.queue(queueName(lane))]));
  for (const queue of queues.values()) queue.on("error", report);

  return {
    async add(lane, jobs) {
      const queue = queues.get(lane);
      if (queue === undefined) throw new Error(`There is no lane ${String(lane)}.`);
      const there = await Promise.all(jobs.map((job) => isThere(queue, job)));
      const missing = jobs
        .filter((_job, at) => there[at] !== true)
        .map(({ id, commandIds }) => ({
          name: JOB_NAME,
          data: { ids: commandIds },
          opts: { jobId: id },
        }));
      if (missing.length >= BULK_FROM) await queue.addBulk(missing);
      // In turn, for the queue keeps the order in which they come.
      else for (const { name, data, opts } of missing) await queue.add(name, data, opts);
    },

    consume(lane, work) {
      const worker = engine.worker(queueName(lane), ({ data }) => work(data.ids), JOBS_AT_ONCE);
      worker.on("error", report);
      worker.on("failed", (job, error) => {
        logger.error({ commandIds: job?.data.ids, lane, err: error }, "a job was dropped");
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

/** Whether it waits or a worker holds it, alive or not: then the queue hands it out again. */
async function isThere(queue: CommandQueue, { id, again }: QueueJob): Promise<boolean> {
  if (!again) return false;
  const state = await queue.getJobState(id);
  switch (state) {
    case "unknown":
      return false;
    case "failed":
    case "completed":
      // A leftover that no worker will take would swallow the new one.
      await queue.remove(id);
      return false;
    default:
      return true;
  }
}

function queueName(lane: Lane): string {
  return `commands-${lane}`;
}
