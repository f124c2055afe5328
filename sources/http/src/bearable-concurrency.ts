/** A source that refused one call of several at once would refuse the next ones too: so often it counts at most. */
const HALVED_AT_MOST_EVERY_MS = 1_000;
/** One more call at once after so long without a refusal. */
const GROWS_EVERY_MS = 5_000;

/** How many calls at once a source bears now: half as many after it refused one, then one more every few seconds. */
export interface BearableConcurrency {
  allowed(nowMs: number): number;
  /** The source refused a call because of too many. */
  refused(nowMs: number): void;
}

/** @param most what its vendor publishes, at least 1 */
export function createBearableConcurrency(most: number): BearableConcurrency {
  let base = most;
  let sinceMs = -Infinity;
  const allowed = (nowMs: number) =>
    base >= most ? most : Math.min(most, base + Math.floor((nowMs - sinceMs) / GROWS_EVERY_MS));
  return {
    allowed,
    refused(nowMs) {
      if (nowMs - sinceMs < HALVED_AT_MOST_EVERY_MS) return;
      base = Math.max(1, Math.floor(allowed(nowMs) / 2));
      sinceMs = nowMs;
    },
  };
}
