import { LANES } from "./lane.ts";
import type { Lane } from "./lane.ts";
import { openQueueEngine } from "./queue-engine.ts";
import type { CommandQueue, QueueEngineOptions } from "./queue-engine.ts";

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

export type CommandQueuesOptions = QueueEngineOptions;

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
