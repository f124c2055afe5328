import { SOURCE_LANES, type SourceLane } from "@crossdock/source-contract";
import type { SourceBudget } from "./source-budget.ts";

const DAY_MS = 86_400_000;

/**
 * Where a vendor counts calls by the UTC day: what higher lanes may still need of it until midnight, by their
 * shares, is not for lower ones, so inquiry ends long before postings do.
 */
export interface DayReserve {
  /** What the vendor says is left of today. */
  left(calls: number): void;
  /** @returns how long until the lane may call again; zero when it may now @param atMs since 1970 */
  waitMs(lane: SourceLane, atMs: number): number;
}

export function createDayReserve({ callsPerDay, lanes }: SourceBudget): DayReserve {
  let known: { readonly calls: number; readonly day: number } | null = null;
  const dayOf = (atMs: number) => Math.floor(atMs / DAY_MS);
  return {
    left(calls) {
      known = { calls, day: dayOf(Date.now()) };
    },
    waitMs(lane, atMs) {
      if (callsPerDay === undefined || known === null || known.day !== dayOf(atMs)) return 0;
      const restMs = DAY_MS - (atMs % DAY_MS);
      if (known.calls <= 0) return restMs;
      const above = SOURCE_LANES.slice(0, SOURCE_LANES.indexOf(lane));
      const share = above.reduce((sum, each) => sum + lanes[each].share, 0);
      const reservedPerMs = (callsPerDay * share) / DAY_MS;
      // What is reserved gets less with every millisecond of the day.
      return reservedPerMs === 0 ? 0 : Math.max(restMs - known.calls / reservedPerMs, 0);
    },
  };
}
