import { setMaxListeners } from "node:events";
import type { Ledger } from "@crossdock/ledger";
import type { Logger } from "@crossdock/runtime";
import { attemptCommand } from "./attempt.ts";
import type { CommandLog } from "./command-log.ts";
import type { CommandRecord } from "./command-record.ts";
import { definitionKey } from "./definition.ts";
import type { CommandHandler } from "./handler.ts";
import { LANES } from "./lane.ts";
import type { Lane } from "./lane.ts";
import type { CommandQueues, QueueConsumer } from "./queues.ts";
import { createCommandRelay } from "./relay.ts";

/** Does what was accepted: a relay that feeds the queue, and a consumer per lane that has a handler. */
export interface CommandWorker {
  start(): Promise<void>;
  /**
   * Takes nothing new and waits for what runs, up to `drainMs`; what still runs then is told to stop and
   * goes back to the ledger, to be tried again.
   */
  stop(): Promise<void>;
}

export type CommandWorkerOptions = {
  readonly ledger: Ledger;
  readonly log: CommandLog;
  readonly queues: CommandQueues;
  readonly handlers: readonly CommandHandler[];
  /** Attempts at a time, per lane; a lane of 0 is left to other workers. */
  readonly concurrency: Readonly<Record<Lane, number>>;
  /**
   * How long an attempt may take: longer than any call to a source, with its lookup before. A command
   * whose worker died is taken up again after this and the settle window.
   */
  readonly leaseMs: number;
  readonly logger: Logger;
  /**
   * Whether no other worker can be alive when this one starts, as over a ledger that one process opens
   * at a time: then it does not wait for the leases of its dead predecessor. No, unless given.
   */
  readonly soleWorker?: boolean;
  /** 10 s unless given. */
  readonly drainMs?: number;
  /** What a queue has lost is queued again after this: 5 s unless given. */
  readonly lookAgainMs?: number;
  /** 0 up to but not including 1; `Math.random` unless given. */
  readonly random?: () => number;
};

const DRAIN_MS = 10_000;
/** For handlers that were told to stop to do so, and for the ledger to learn of it. */
const GIVE_UP_MS = 2_000;

/** @throws {Error} when two handlers are for the same kind of command: a mistake in the wiring */
export function createCommandWorker(options: CommandWorkerOptions): CommandWorker {
  const { ledger, log, queues, concurrency, leaseMs, logger } = options;
  const handlers = indexHandlers(options.handlers);
  const relay = createCommandRelay({
    ledger,
    queues,
    logger,
    ...(options.lookAgainMs === undefined ? {} : { lookAgainMs: options.lookAgainMs }),
  });
  const givingUp = new AbortController();
  // Every running attempt listens, and there are as many as `concurrency` says.
  setMaxListeners(0, givingUp.signal);
  let consumers: QueueConsumer[] = [];

  const deps = {
    fence: log.fence,
    handlerOf: ({ type, version }: CommandRecord) =>
      handlers.get(definitionKey(type, version)) ?? null,
    leaseMs,
    giveUp: givingUp.signal,
    random: options.random ?? Math.random,
    logger,
  };

  async function work(id: string): Promise<void> {
    const settled = await attemptCommand(id, deps);
    // Whoever waits for it looks, and relays send the next of its subject.
    if (settled === null) log.doorbell.due();
    else log.doorbell.settled(id);
  }

  return {
    async start() {
      if (options.soleWorker === true) {
        await log.fence.reclaim((record) => deps.handlerOf(record)?.settleMs(record) ?? null);
      }
      const lanes = LANES.filter((lane) => concurrency[lane] > 0);
      consumers = lanes.map((lane) => queues.consume(lane, concurrency[lane], work));
      await relay.start();
    },
    async stop() {
      const drained = Promise.all(consumers.map((consumer) => consumer.stop()));
      await relay.stop();
      if (await within(drained, options.drainMs ?? DRAIN_MS)) return;
      logger.warn("commands that still run are given back");
      givingUp.abort(new Error("The worker stops."));
      if (await within(drained, GIVE_UP_MS)) return;
      await Promise.all(consumers.map((consumer) => consumer.abandon()));
    },
  };
}

function indexHandlers(handlers: readonly CommandHandler[]): Map<string, CommandHandler> {
  const byKey = new Map<string, CommandHandler>();
  for (const handler of handlers) {
    const key = definitionKey(handler.definition.type, handler.definition.version);
    if (byKey.has(key)) throw new Error(`The command ${key} has two handlers.`);
    byKey.set(key, handler);
  }
  return byKey;
}

/** @returns whether it was done in time */
async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, ms);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
