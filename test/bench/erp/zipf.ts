import type { Seeded } from "../../chaos/seeded.ts";

/** Finer than any share of the ranks that are drawn here. */
const STEPS = 1_000_000_000;

/**
 * Draws places of a list by Zipf's law: the one at place `n`, from zero, comes up in proportion to
 * 1/(n + 1), as it is with what buyers look at.
 * @param count of the list, at least one
 */
export function createZipf(count: number, seeded: Seeded): () => number {
  const upTo: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= count; rank += 1) {
    sum += 1 / rank;
    upTo.push(sum);
  }
  return () => {
    const wanted = (seeded.between(0, STEPS - 1) / STEPS) * sum;
    return firstAbove(upTo, wanted);
  };
}

/** @param ascending the last one is above `wanted` */
function firstAbove(ascending: readonly number[], wanted: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((ascending[middle] ?? 0) > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
