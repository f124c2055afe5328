import type { Instant, Provenance } from "@crossdock/domain";
import type { Wish } from "@crossdock/reads";
import type { Clock } from "@crossdock/runtime";

/** A book whose feed was not read to its end for so long follows its source no more: the source is asked instead. */
export const MAX_BOOK_AGE_MS = 120_000;

/** @returns until when all that its source had is in a feed's book; `null` before its history is in it */
export type ReadThrough = () => Instant | null;

/**
 * Whether a book may answer in its source's place. Ask before the book is read: what is in it is then at least as new.
 * @returns how fresh a record is that was seen at an instant; `null` when the book is too old for anybody, or for
 * this request
 */
export function followedBook(
  { source, through }: { readonly source: string; readonly through: Instant | null },
  { maxAgeMs }: Pick<Wish, "maxAgeMs">,
  clock: Clock,
): ((seenAt: Instant) => Provenance) | null {
  if (through === null) return null;
  const ageMs = clock.nowMs() - Date.parse(through);
  if (ageMs > Math.min(maxAgeMs ?? MAX_BOOK_AGE_MS, MAX_BOOK_AGE_MS)) return null;
  return (seenAt) => ({ source, asOf: seenAt > through ? seenAt : through, freshness: "CACHED" });
}
