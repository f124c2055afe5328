import type { Ledger } from "@crossdock/ledger";
import type { Logger } from "@crossdock/runtime";
import { createBell } from "./bell.ts";
import { DUE_CHANNEL, SETTLED_CHANNEL } from "./channels.ts";
import { createDueCommands } from "./due-commands.ts";
import type { DueCommand } from "./due-commands.ts";
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
}

/** A doorbell may be missed: so often a relay looks by itself. */
const POLL_MS = 1_000;
const LOOK_AGAIN_MS = 5_000;
/** A worker that has just finished with a command holds its job for a moment longer. */
const HELD_MS = 100;
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
  let silence: (() => Promise<void>)[] = [];

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const waitMs = await passOnce().catch((error: unknown) => {
        if (!stopping.signal.aborted) logger.error({ err: error }, "the command relay failed");
        return PAUSE_AFTER_FAILURE_MS;
      });
      if (!stopping.signal.aborted && waitMs > 0) await bell.wait(waitMs);
    }
  }

  /** @returns milliseconds to wait before the next pass, unless the bell rings */
  async function passOnce(): Promise<number> {
    if (await move()) return 0;
    const nextInMs = await due.nextInMs();
    // Once more: what came due between the first look and that question is in neither answer.
    if (await move()) return 0;
    return Math.min(nextInMs ?? POLL_MS, POLL_MS);
  }

  /** @returns whether there was anything to move */
  async function move(): Promise<boolean> {
    const taken = await due.take();
    if (taken.length > 0) await queueAll(taken);
    return taken.length > 0;
  }

  async function queueAll(taken: readonly DueCommand[]): Promise<void> {
    try {
      // A queue that is out of reach answers late: stopping does not wait for it.
      await unlessAborted(
        Promise.all(LANES.map((lane) => queueLane(lane, taken))),
        stopping.signal,
      );
    } catch (error) {
      await due.putBack(
        taken.map(({ id }) => id),
        PAUSE_AFTER_FAILURE_MS,
      );
      throw error;
    }
  }

  async function queueLane(lane: Lane, taken: readonly DueCommand[]): Promise<void> {
    const commands = taken.filter((command) => command.lane === lane);
    if (commands.length === 0) return;
    const held = await queues.add(
      lane,
      commands.map(({ id, type, timesQueued }) => ({ id, type, again: timesQueued > 1 })),
    );
    await due.putBack(held, HELD_MS);
  }

  return {
    async start() {
      silence = await Promise.all(
        [DUE_CHANNEL, SETTLED_CHANNEL].map((channel) => ledger.listen(channel, bell.ring)),
      );
      running = run();
    },
    async stop() {
      stopping.abort(new Error("The command relay stops."));
      bell.ring();
      await running;
      await Promise.all(silence.map((stop) => stop()));
    },
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
