import { setMaxListeners } from "node:events";
import type { Ledger } from "@crossdock/ledger";
import type { Logger } from "@crossdock/runtime";
import pLimit from "p-limit";
import { attemptCommand } from "./attempt.ts";
import type { CommandLog } from "./command-log.ts";
import type { CommandRecord } from "./command-record.ts";
import { createDeadline } from "./deadline.ts";
import { definitionKey } from "./definition.ts";
import type { CommandHandler } from "./handler.ts";
import { LANES } from "./lane.ts";
import type { Lane } from "./lane.ts";
import { startLaneWork } from "./lane-work.ts";
import type { LaneWork } from "./lane-work.ts";
import { createLeases } from "./leases.ts";
import type { CommandQueues } from "./queues.ts";
import { createCommandRelay } from "./relay.ts";
import { createSourceGate } from "./source-gate.ts";
import type { SourceGate } from "./source-gate.ts";

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
  /** Attempts at the source at a time, per lane; a lane of 0, or of which nothing is said, is left to other workers. */
  readonly concurrency: Readonly<Partial<Record<Lane, number>>>;
  /** How long an attempt may take: longer than any call to a source, with its lookup before. */
  readonly attemptMs: number;
  /**
   * A command whose worker died is taken up again after this and the settle window: 5 s unless given. A
   * worker that lives renews its leases, and stops what it cannot renew.
   */
  readonly leaseMs?: number;
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
  /** Milliseconds since 1970; `Date.now` unless given. */
  readonly nowMs?: () => number;
};

const LEASE_MS = 5_000;
const DRAIN_MS = 10_000;
/** For handlers that were told to stop to do so, and for the ledger to learn of it. */
const GIVE_UP_MS = 2_000;

/** @throws {Error} when two handlers are for the same kind of command: a mistake in the wiring */
export function createCommandWorker(options: CommandWorkerOptions): CommandWorker {
  const { ledger, log, queues, attemptMs, leaseMs = LEASE_MS, logger } = options;
  const concurrencyOf = (lane: Lane): number => options.concurrency[lane] ?? 0;
  const { fence } = log;
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
  let lanes: LaneWork[] = [];

  const deps = {
    fence,
    handlerOf: ({ type, version }: CommandRecord) =>
      handlers.get(definitionKey(type, version)) ?? null,
    leaseMs,
    leases: createLeases({ fence, leaseMs, giveUp: givingUp.signal, logger }),
    giveUp: givingUp.signal,
    random: options.random ?? Math.random,
    nowMs: options.nowMs ?? Date.now,
    logger,
  };

  function startLane(lane: Lane): LaneWork {
    const atSource = pLimit(concurrencyOf(lane));
    const gate = createSourceGate({ random: deps.random });
    const attempt = async (id: string, onClaim: () => void): Promise<void> => {
      const settled = await attemptCommand(
        id,
        {
          ...deps,
          atSource: (lease, call) =>
            atSource(() => watched(gate, () => withinTime(attemptMs, lease, call))),
        },
        onClaim,
      );
      // Whoever waits for it looks, and relays send the next of its subject. A finish rings with its commit.
      if (settled === null) log.doorbell.due();
      else if (!isFinished(settled)) log.doorbell.settled(id);
    };
    return startLaneWork({
      lane,
      concurrency: concurrencyOf(lane),
      queues,
      gate,
      attempt,
      giveBack: (ids) => relay.giveBack(ids),
      logger,
    });
  }

  return {
    async start() {
      if (options.soleWorker === true) {
        await fence.reclaim((record) => deps.handlerOf(record)?.settleMs(record) ?? null);
      }
      lanes = LANES.filter((lane) => concurrencyOf(lane) > 0).map(startLane);
      await relay.start();
    },
    async stop() {
      const drained = Promise.all(lanes.map((lane) => lane.stop()));
      await relay.stop();
      if (await within(drained, options.drainMs ?? DRAIN_MS)) return;
      logger.warn("commands that still run are given back");
      givingUp.abort(new Error("The worker stops."));
      if (await within(drained, GIVE_UP_MS)) return;
      await Promise.all(lanes.map((lane) => lane.abandon()));
    },
  };
}

function isFinished({ status }: CommandRecord): boolean {
  return status === "SUCCEEDED" || status === "REJECTED";
}

/** What comes of a call tells whether the source is there. */
async function watched<T>(gate: SourceGate, call: () => Promise<T>): Promise<T> {
  try {
    const answer = await call();
    gate.answered();
    return answer;
  } catch (error) {
    gate.failed(error);
    throw error;
  }
}

async function withinTime<T>(
  ms: number,
  lease: AbortSignal,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = createDeadline(ms, lease, `The attempt took longer than ${String(ms)} ms.`);
  try {
    return await call(deadline.signal);
  } finally {
    deadline.end();
  }
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
