import { SOURCE_LANES, type SourceLane } from "@crossdock/source-contract";
import { perLane, type SourceBudget } from "./source-budget.ts";

/** The part of a burst that lanes keep for themselves while they are quiet; the rest is lent. */
const KEPT_OF_BURST = 0.5;
/** What rounding may lose of a token. */
const EPSILON = 1e-9;

/**
 * How many calls may go now: a bucket of tokens for each lane, which nobody else takes from, and one that
 * is filled with what full buckets have no room for and lent to whoever comes. All buckets together hold no more than the
 * burst and fill no faster than the rest of the calls over their window, so no window, wherever it begins, has more.
 */
export interface LaneTokens {
  /** @returns whether there was one; then it is spent */
  take(lane: SourceLane, nowMs: number): boolean;
  /** @returns how long until the lane has one if nobody else takes it; zero when it has */
  waitMs(lane: SourceLane, nowMs: number): number;
  /** The source says how many it will take: what we have beyond that goes, the lowest lane's first. */
  atMost(calls: number, nowMs: number): void;
}

/** @throws {RangeError} nothing would ever be filled: the burst is not less than the calls of a window, or less than one */
export function createLaneTokens(budget: SourceBudget, nowMs: number): LaneTokens {
  const { calls, windowMs, burst, lanes } = budget;
  if (burst < 1 || burst >= calls) {
    throw new RangeError(`a burst of ${String(burst)} in a window of ${String(calls)} calls`);
  }
  const perMs = (calls - burst) / windowMs;
  const totalShare = SOURCE_LANES.reduce((sum, lane) => sum + lanes[lane].share, 0);
  // A bucket that cannot hold a whole token would never give one.
  const wanted = perLane((lane) =>
    lanes[lane].share === 0 ? 0 : Math.max(lanes[lane].share * burst * KEPT_OF_BURST, 1),
  );
  const sum = SOURCE_LANES.reduce((total, lane) => total + wanted[lane], 0);
  // A burst too small for a bucket each is one bucket, from which lanes take in their order.
  const keeps = sum + 1 <= burst;
  const caps = keeps ? wanted : perLane(() => 0);
  const lentCap = keeps ? burst - sum : burst;
  const rates = perLane((lane) => (keeps ? lanes[lane].share * perMs : 0));
  const lentRate = perMs * (keeps ? 1 - totalShare : 1);

  const tokens: Record<SourceLane, number> = { ...caps };
  let lent = lentCap;
  let filledAtMs = nowMs;

  const fill = (atMs: number) => {
    const elapsedMs = Math.max(atMs - filledAtMs, 0);
    filledAtMs = Math.max(filledAtMs, atMs);
    lent += lentRate * elapsedMs;
    for (const lane of SOURCE_LANES) {
      const filled = tokens[lane] + rates[lane] * elapsedMs;
      tokens[lane] = Math.min(filled, caps[lane]);
      lent += filled - tokens[lane];
    }
    lent = Math.min(lent, lentCap);
  };

  return {
    take(lane, atMs) {
      fill(atMs);
      if (tokens[lane] + EPSILON >= 1) {
        tokens[lane] = Math.max(tokens[lane] - 1, 0);
        return true;
      }
      if (lent + EPSILON < 1) return false;
      lent = Math.max(lent - 1, 0);
      return true;
    },
    waitMs(lane, atMs) {
      fill(atMs);
      const own = (1 - tokens[lane]) / rates[lane];
      const overflowing = SOURCE_LANES.filter((each) => tokens[each] + EPSILON >= caps[each]);
      const lentNow = lentRate + overflowing.reduce((total, each) => total + rates[each], 0);
      const borrowed = (1 - lent) / lentNow;
      const waits = [own, borrowed].filter((wait) => !Number.isNaN(wait));
      return Math.max(Math.min(...waits), 0);
    },
    atMost(calls, atMs) {
      fill(atMs);
      let excess = SOURCE_LANES.reduce((total, lane) => total + tokens[lane], lent) - calls;
      if (excess <= 0) return;
      const fromLent = Math.min(lent, excess);
      lent -= fromLent;
      excess -= fromLent;
      for (const lane of [...SOURCE_LANES].reverse()) {
        const taken = Math.min(tokens[lane], Math.max(excess, 0));
        tokens[lane] -= taken;
        excess -= taken;
      }
    },
  };
}
