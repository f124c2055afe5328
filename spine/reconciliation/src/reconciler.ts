import { DomainError, type ReconciliationScope } from "@crossdock/domain";
import { createRepeating, type Clock, type Logger, type Repeating } from "@crossdock/runtime";
import { MAX_LOOKED_AT, type Comparison } from "./comparison.ts";
import { confirm } from "./confirm.ts";
import { LeaseLostError, type ClaimedRun, type RunLog } from "./run-log.ts";

/** So late a run begins that somebody asked for, or that another process left behind. */
const LOOK_EVERY_MS = 500;
/** What was compared is kept after so many pages at the latest. */
const MAX_PAGES_PER_BUNCH = 20;
/** After a failure: as long as the source says, but so long at least, and longer each time. */
const PAUSE_AFTER_FAILURE_MS = 5_000;
const MAX_PAUSE_MS = 300_000;
/** Several hours of a source that is away. */
const MAX_FAILURES = 60;

export type ReconcilerDeps = {
  readonly log: RunLog;
  /** Made anew for each run. */
  readonly comparisonOf: (scope: ReconciliationScope) => Comparison;
  /** Waits until whatever the sources had told by that moment is in our books. */
  readonly settle: (sinceMs: number, signal: AbortSignal) => Promise<void>;
  /** What is done about what a whole run found, before it is over. Safe to repeat. */
  readonly conclude: (run: ClaimedRun["run"], signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly pagesPerBunch?: number;
};

/**
 * Works on the runs that are open, one after the other, and goes on where another process ended. It reads in a lane that nobody
 * waits for, and keeps what it found at every checkpoint.
 */
export function createReconciler(deps: ReconcilerDeps): Repeating {
  return createRepeating({
    work: (signal) => workOff(deps, signal),
    everyMs: LOOK_EVERY_MS,
    logger: deps.logger,
    whenFailed: "a reconciliation could not be worked on, it is tried again",
  });
}

async function workOff(deps: ReconcilerDeps, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const claimed = await deps.log.claim();
    if (claimed === null) return;
    await workOn(deps, claimed, signal);
  }
}

async function workOn(
  deps: ReconcilerDeps,
  claimed: ClaimedRun,
  signal: AbortSignal,
): Promise<void> {
  const { log, clock, logger } = deps;
  const { id, scope } = claimed.run;
  try {
    await compareAll(deps, claimed, signal);
    await deps.conclude(claimed.run, signal);
    await log.finish(id, "DONE", clock.now());
  } catch (error) {
    if (error instanceof LeaseLostError) return;
    // Whoever starts next goes on at once.
    if (signal.aborted) return log.letGo(id, 0, false);
    const failures = claimed.failures + 1;
    logger.warn({ err: error, reconciliation: id, scope, failures }, "a comparison was broken off");
    if (failures >= MAX_FAILURES) return log.finish(id, "FAILED", clock.now());
    await log.letGo(id, pauseAfter(error, failures), true);
  }
}

function pauseAfter(error: unknown, failures: number): number {
  const told =
    error instanceof DomainError && "retryAfterMs" in error ? Number(error.retryAfterMs ?? 0) : 0;
  return Math.min(MAX_PAUSE_MS, Math.max(told, PAUSE_AFTER_FAILURE_MS * failures));
}

async function compareAll(
  { log, comparisonOf, settle, clock, pagesPerBunch = MAX_PAGES_PER_BUNCH }: ReconcilerDeps,
  claimed: ClaimedRun,
  signal: AbortSignal,
): Promise<void> {
  const { id } = claimed.run;
  const comparison = comparisonOf(claimed.run.scope);
  let { position, compared, unsettled } = claimed;
  if (isOver(position)) return;
  const of = await comparison.count();
  await log.beat(id, { compared, of: Math.max(of, compared) });
  do {
    const suspects = new Set<string>();
    for (let pages = 0; pages < pagesPerBunch && suspects.size < MAX_LOOKED_AT; pages += 1) {
      const page = await comparison.nextPage(position, signal);
      for (const suspect of page.suspects) suspects.add(suspect);
      compared += page.compared;
      position = page.next;
      // There may be more than our books knew of at the start.
      await log.beat(id, { compared, of: Math.max(of, compared) });
      if (position === null) break;
    }
    const confirmed = await confirm(
      comparison,
      [...suspects],
      async (sinceMs, waiting) => {
        await settle(sinceMs, waiting);
        await log.beat(id, { compared });
      },
      () => clock.nowMs(),
      signal,
    );
    unsettled += confirmed.unsettled;
    await log.checkpoint(id, {
      position: position ?? OVER,
      compared,
      unsettled,
      found: confirmed.found,
    });
  } while (position !== null);
  // What was counted at the start was a guess from our books.
  await log.beat(id, { compared, of: compared });
}

/** Where a run stands that has compared everything, and has not been concluded. */
const OVER = { isOver: true } as const;

function isOver(position: unknown): boolean {
  return typeof position === "object" && position !== null && "isOver" in position;
}
