import { instantOf, RECONCILIATION_SCOPES, type ReconciliationScope } from "@crossdock/domain";
import { createRepeating, type Clock, type Logger, type Repeating } from "@crossdock/runtime";
import { Cron } from "croner";
import { SCHEDULE } from "./reconciliation.ts";
import type { RunLog } from "./run-log.ts";

/** A cron expression in UTC for each scope that is compared by itself. */
export type ReconciliationSchedule = Readonly<Partial<Record<ReconciliationScope, string>>>;

const LOOK_EVERY_MS = 5_000;
const HOUR_MS = 3_600_000;

/** @returns why it is no cron expression; `null` when it is one */
export function whyNoSchedule(expression: string): string | null {
  try {
    const cron = new Cron(expression, { timezone: "UTC", paused: true });
    return cron.nextRun() === null ? "it never comes" : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Opens the runs whose time has come: each once over all processes, because a run of a scope and a moment can be written once. What
 * was due while no process was there is made up for when it was less than an hour ago.
 */
export function createSchedule(deps: {
  readonly schedule: ReconciliationSchedule;
  readonly log: Pick<RunLog, "open" | "prune">;
  /** So long a run that is over is kept. */
  readonly keepMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly everyMs?: number;
}): Repeating {
  const { schedule, log, keepMs, clock, logger, everyMs = LOOK_EVERY_MS } = deps;
  const last = new Map<ReconciliationScope, number>();
  let pruneAtMs = 0;

  const open = async (scope: ReconciliationScope, expression: string) => {
    const dueMs = lastDue(expression, clock.nowMs());
    if (dueMs === null || dueMs === last.get(scope)) return;
    const dueAt = instantOf(new Date(dueMs));
    await log.open({ scope, startedBy: SCHEDULE, at: clock.now(), dueAt });
    last.set(scope, dueMs);
  };

  return createRepeating({
    async work() {
      for (const scope of RECONCILIATION_SCOPES) {
        const expression = schedule[scope];
        if (expression !== undefined) await open(scope, expression);
      }
      if (clock.nowMs() < pruneAtMs) return;
      pruneAtMs = clock.nowMs() + HOUR_MS;
      await log.prune(instantOf(new Date(clock.nowMs() - keepMs)));
    },
    everyMs,
    logger,
    whenFailed: "the schedule of reconciliations could not be looked at, it is tried again",
  });
}

/** The newest moment of the last hour at which it was due; `null` when there was none. */
export function lastDue(expression: string, nowMs: number): number | null {
  const cron = new Cron(expression, { timezone: "UTC", paused: true });
  let due: number | null = null;
  let next = cron.nextRun(new Date(nowMs - HOUR_MS));
  while (next !== null && next.getTime() <= nowMs) {
    due = next.getTime();
    next = cron.nextRun(next);
  }
  return due;
}
