/** Exponential: `baseMs`, twice that, four times that … never more than `maxMs`. */
export type Backoff = { readonly baseMs: number; readonly maxMs: number };

/**
 * How long to wait before the next attempt: half of it certain, half by chance, so that commands that
 * failed together do not come back together. A source that named a time is not asked before it.
 * @param attempts made so far: 1 or more
 * @param retryAfterMs as the source said; `null` when it did not
 * @param random 0 up to but not including 1
 * @returns milliseconds
 */
export function backoffMs(
  backoff: Backoff,
  attempts: number,
  retryAfterMs: number | null,
  random: () => number,
): number {
  const exponentMs = Math.min(backoff.maxMs, backoff.baseMs * 2 ** (attempts - 1));
  const jitteredMs = Math.round(exponentMs / 2 + (exponentMs / 2) * random());
  return Math.max(jitteredMs, retryAfterMs ?? 0);
}
