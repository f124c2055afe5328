import { setTimeout as sleep } from "node:timers/promises";
import type { Ledger } from "@crossdock/ledger";
import type { Logger } from "@crossdock/runtime";
import { createBell } from "./bell.ts";
import { DUE_CHANNEL } from "./channels.ts";
import { createDueCommands } from "./due-commands.ts";
import type { DueJob } from "./due-commands.ts";
import { LANES } from "./lane.ts";
import type { Lane } from "./lane.ts";
import type { CommandQueues } from "./queues.ts";

/**
 * Moves commands from the ledger to the queue: the ones just accepted, those whose next attempt is due,
 * those whose worker died, and those that the queue has lost. Woken by the doorbell; it also looks by
 * itself. Any number may run.
 */
export interface CommandRelay {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** A worker got them from the queue and does not work on them: any relay may queue them again at once. */
  giveBack(ids: readonly string[]): Promise<void>;
}

/** A doorbell may be missed: so often a relay looks by itself. */
const POLL_MS = 1_000;
const LOOK_AGAIN_MS = 5_000;
/** While a window is full: there may be room in it by then, for which nobody rings. */
const REFILL_MS = 100;
/** Between two passes: what is rung for in the meantime goes with the second one. */
const REST_MS = 20;
/**
 * … while a window is full, as when a source is away: most of those who ring then have to wait anyway, and
 * each pass costs the ledger as much as an acceptance or two.
 */
const REST_WHEN_FULL_MS = 100;
/** After a failure of the database or of the queue. */
const PAUSE_AFTER_FAILURE_MS = 500;

export function createCommandRelay(options: {
  readonly ledger: Ledger;
  readonly queues: CommandQueues;
  readonly logger: Logger;
  /** What a queue has lost is queued again after this: 5 s unless given. */
  readonly lookAgainMs?: number;
}): CommandRelay {
  const { ledger, queues, logger } = options;
  const due = createDueCommands(ledger, options.lookAgainMs ?? LOOK_AGAIN_MS);
  const bell = createBell();
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let silence = (): Promise<void> => Promise.resolve();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const { restMs, waitMs } = await passOnce().catch((error: unknown) => {
        if (!stopping.signal.aborted) logger.error({ err: error }, "the command relay failed");
        return { restMs: REST_MS, waitMs: PAUSE_AFTER_FAILURE_MS };
      });
      await sleep(restMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (!stopping.signal.aborted) await bell.wait(waitMs);
    }
  }

  /** @returns how long to wait before the next pass: whatever happens, and after that unless the bell rings */
  async function passOnce(): Promise<{ readonly restMs: number; readonly waitMs: number }> {
    const { jobs, nextInMs, isFull, isCut } = await due.take();
    if (jobs.length > 0) await queueAll(jobs);
    if (isCut) return { restMs: REST_MS, waitMs: 0 };
    return {
      restMs: isFull ? REST_WHEN_FULL_MS : REST_MS,
      waitMs: Math.min(nextInMs ?? POLL_MS, isFull ? REFILL_MS : POLL_MS),
    };
  }

  async function queueAll(jobs: readonly DueJob[]): Promise<void> {
    try {
      // A queue that is out of reach answers late: stopping does not wait for it.
      await unlessAborted(Promise.all(LANES.map((lane) => queueLane(lane, jobs))), stopping.signal);
    } catch (error) {
      await due.putBack(
        jobs.flatMap(({ commandIds }) => commandIds),
        PAUSE_AFTER_FAILURE_MS,
      );
      throw error;
    }
  }

  async function queueLane(lane: Lane, jobs: readonly DueJob[]): Promise<void> {
    const ofLane = jobs.filter((job) => job.lane === lane);
    if (ofLane.length > 0) await queues.add(lane, ofLane);
  }

  return {
    async start() {
      silence = await ledger.listen(DUE_CHANNEL, bell.ring);
      running = run();
    },
    async stop() {
      stopping.abort(new Error("The command relay stops."));
      bell.ring();
      await running;
      await silence();
    },
    giveBack: (ids) => due.putBack(ids, 0),
  };
}

async function unlessAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", abort, { once: true });
  });
  work.catch(() => undefined);
  try {
    signal.throwIfAborted();
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
