import { randomBytes } from "node:crypto";
import {
  instantOf,
  mintOrderKey,
  type Instant,
  type SyntheticResult,
  type SyntheticRun,
} from "@crossdock/domain";
import type { EventLog } from "@crossdock/events";
import type { AskOwn } from "@crossdock/gateway";
import type { Ledger } from "@crossdock/ledger";
import {
  finishSyntheticRun,
  tellSyntheticFinding,
  type SyntheticRunBook,
} from "@crossdock/processes";
import { createRepeating, type Clock, type Logger, type Repeating } from "@crossdock/runtime";
import type { SyntheticSettings } from "../config/synthetic-settings.ts";
import type { Leftovers } from "./leftovers.ts";
import { createOwnClient } from "./own-client.ts";
import type { SyntheticMetrics } from "./synthetic-metrics.ts";
import { clearSyntheticOrder, runSyntheticOrder } from "./synthetic-order.ts";

/** Places a synthetic order every so often, one at a time in all processes together. */
export interface SyntheticProbe extends Repeating {
  /**
   * Begins one now; how it ends is read in the book.
   * @returns `null` when one is under way
   */
  begin(askedBy: string): Promise<SyntheticRun | null>;
}

export type SyntheticProbeDeps = {
  readonly ask: AskOwn;
  readonly ledger: Ledger;
  readonly runBook: SyntheticRunBook;
  readonly eventLog: Pick<EventLog, "append">;
  readonly leftovers: Leftovers;
  readonly settings: SyntheticSettings;
  readonly metrics: SyntheticMetrics;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** So often it is looked whether one is due: another process may have been first. */
const LOOKS_PER_INTERVAL = 10;
const MIN_LOOK_MS = 1_000;
/** A run has five stages, and two of taking back what failed; one for what is not measured. */
const LEASE_STAGES = 8;
const SCHEDULE = "schedule";
/** A program that starts for the first time is still reading what orders are judged by. */
const WARM_UP_MS = 60_000;

export function createSyntheticProbe(deps: SyntheticProbeDeps): SyntheticProbe {
  const { runBook, settings, clock, logger } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  const underWay = new Set<Promise<void>>();
  // Nobody else works on an embedded ledger: what is unfinished when this process begins has nobody.
  let isFirstLook = deps.ledger.kind === "embedded";

  const clearLost = async () => {
    const asOf = isFirstLook ? NEVER : clock.now();
    isFirstLook = false;
    const lost = await runBook.readLost(asOf);
    if (lost !== null) await finish(deps, lost, await clear(deps, lost, signal));
  };
  const beginRun = (askedBy: string, unlessSince: Instant | null) => {
    const leaseMs = settings.patienceSeconds * 1_000 * LEASE_STAGES;
    const leaseUntil = instantOf(new Date(clock.nowMs() + leaseMs));
    const id = mintOrderKey(randomBytes);
    return runBook.begin({ id, askedBy, at: clock.now(), leaseUntil, unlessSince });
  };
  const go = async (run: SyntheticRun) => {
    const result = await runSyntheticOrder(run.id, pathDeps(deps, run), signal);
    await finish(deps, run, result);
  };
  const warmFromMs = clock.nowMs() + WARM_UP_MS;
  const schedule = createRepeating({
    work: async () => {
      await clearLost();
      if (clock.nowMs() < warmFromMs) return;
      const run = await beginRun(SCHEDULE, instantOf(new Date(clock.nowMs() - settings.every)));
      if (run !== null) await go(run);
    },
    everyMs: Math.max(MIN_LOOK_MS, settings.every / LOOKS_PER_INTERVAL),
    logger,
    whenFailed: "a synthetic order could not be dealt with, it is tried again",
  });

  return {
    start() {
      schedule.start();
    },
    async stop() {
      stopping.abort();
      await Promise.all([schedule.stop(), ...underWay]);
    },
    async begin(askedBy) {
      await clearLost();
      const run = await beginRun(askedBy, null);
      if (run === null) return null;
      const work = go(run).catch((error: unknown) => {
        if (!signal.aborted) logger.error({ err: error }, "a synthetic order was given up");
      });
      underWay.add(work);
      void work.finally(() => underWay.delete(work));
      return run;
    },
  };
}

const NEVER = instantOf(new Date("9999-12-31T00:00:00Z"));
const correlationIdOf = ({ id }: SyntheticRun): string => `synthetic-${id}`;

function pathDeps(deps: SyntheticProbeDeps, run: SyntheticRun) {
  const { ask, settings, leftovers, clock } = deps;
  const { customerNumber } = settings;
  const client = createOwnClient(ask, { customerNumber, correlationId: correlationIdOf(run) });
  return { client, leftovers, settings, clock };
}

/** @throws the signal's reason when it aborts */
async function clear(
  deps: SyntheticProbeDeps,
  lost: SyntheticRun,
  signal: AbortSignal,
): Promise<SyntheticResult> {
  const nothing = { stages: [], failedStage: null, orderId: null };
  try {
    const orderId = await clearSyntheticOrder(lost.id, pathDeps(deps, lost), signal);
    const reason = "its process ended; what it left was taken back";
    return { ...nothing, outcome: "ABANDONED", reason, orderId };
  } catch (error) {
    signal.throwIfAborted();
    const reason = `what an ended process left could not be taken back: ${error instanceof Error ? error.message : String(error)}`;
    return { ...nothing, outcome: "FAILED", failedStage: "UNDONE", reason };
  }
}

async function finish(
  { ledger, eventLog, metrics, clock, logger }: SyntheticProbeDeps,
  run: SyntheticRun,
  result: SyntheticResult,
): Promise<void> {
  const at = clock.now();
  const correlationId = correlationIdOf(run);
  const isOurs = await ledger.transaction(async (trx) => {
    if (!(await finishSyntheticRun(trx, run.id, result, at))) return false;
    const told = await tellSyntheticFinding(trx, { id: run.id, result }, { at, correlationId });
    if (told.length > 0) {
      await eventLog.append(trx, told, { correlationId, causationId: null, tenant: null });
    }
    return true;
  });
  if (!isOurs) return;
  metrics.note(result);
  const { outcome, failedStage, reason } = result;
  const level = outcome === "FAILED" ? "warn" : "info";
  logger[level]({ runId: run.id, outcome, failedStage, reason, correlationId }, "synthetic order");
}
