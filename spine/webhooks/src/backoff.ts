const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** From one attempt to the next; the last one again and again. */
const WAITS_MS = [
  2 * SECOND_MS,
  10 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
];
/** A receiver's own wish is kept up to this. */
const MAX_WISH_MS = 60 * MINUTE_MS;
/** So long a message is tried. */
export const GIVE_UP_MS = 24 * 60 * MINUTE_MS;

/** @param attempts that came to nothing, 1 or more */
export function waitMs(attempts: number, wishMs: number | null): number {
  const own = WAITS_MS[Math.min(attempts, WAITS_MS.length) - 1] ?? SECOND_MS;
  return Math.max(own, Math.min(wishMs ?? 0, MAX_WISH_MS));
}
