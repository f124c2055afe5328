import { isSameDifference, type Difference } from "@crossdock/domain";
import { MAX_LOOKED_AT, type Comparison } from "./comparison.ts";

/** Who does not keep still for so many looks is left to the next run. */
const MAX_LOOKS = 5;

/** What became of suspicions. */
export type Confirmed = {
  readonly found: readonly Difference[];
  /** How many never kept still. */
  readonly unsettled: number;
};

/**
 * Looks at suspects until two looks in a row say the same of each: what moves is no mismatch, and what our feeds had not heard yet
 * is none either, because between two looks they catch up with the first.
 * @param settle waits until whatever the sources had told by that moment is in our books
 */
export async function confirm(
  comparison: Pick<Comparison, "look">,
  suspects: readonly string[],
  settle: (sinceMs: number, signal: AbortSignal) => Promise<void>,
  nowMs: () => number,
  signal: AbortSignal,
): Promise<Confirmed> {
  const found: Difference[] = [];
  let askedAtMs = nowMs();
  let before = await lookAt(comparison, suspects, signal);
  for (let looks = 1; before.size > 0 && looks < MAX_LOOKS; looks += 1) {
    await settle(askedAtMs, signal);
    askedAtMs = nowMs();
    const now = await lookAt(comparison, [...before.keys()], signal);
    const moving = new Map<string, Difference>();
    for (const [key, difference] of now) {
      const earlier = before.get(key);
      if (earlier !== undefined && isSameDifference(earlier, difference)) found.push(difference);
      else moving.set(key, difference);
    }
    before = moving;
  }
  return { found, unsettled: before.size };
}

async function lookAt(
  comparison: Pick<Comparison, "look">,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Difference>> {
  const all = [...new Set(keys)];
  const seen = new Map<string, Difference>();
  for (let at = 0; at < all.length; at += MAX_LOOKED_AT) {
    const some = all.slice(at, at + MAX_LOOKED_AT);
    for (const difference of await comparison.look(some, signal)) {
      seen.set(difference.key, difference);
    }
  }
  return seen;
}
