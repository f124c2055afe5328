/** A value that many calls need and one call fetches. */
export interface Remembered<T> {
  /** @param atLeastFrom a value fetched before this time (milliseconds) is fetched again */
  get(signal: AbortSignal, atLeastFrom?: number): Promise<T>;
}

/** The callers that wait come and go; the fetch that they share has a deadline of its own. */
const FETCH_TIMEOUT_MS = 30_000;

/** @param lifetimeMs after this a new value is fetched; the old one serves while that fails */
export function remember<T>(
  fetch: (signal: AbortSignal) => Promise<T>,
  lifetimeMs: number,
  now: () => number = Date.now,
): Remembered<T> {
  let current: { readonly value: T; readonly fetchedAt: number } | null = null;
  let pending: Promise<T> | null = null;

  const renew = async (): Promise<T> => {
    const fetchedAt = now();
    try {
      const value = await fetch(AbortSignal.timeout(FETCH_TIMEOUT_MS));
      current = { value, fetchedAt };
      return value;
    } catch (error) {
      if (current !== null) return current.value;
      throw error;
    } finally {
      pending = null;
    }
  };

  return {
    async get(signal, atLeastFrom = 0) {
      signal.throwIfAborted();
      const goodFrom = Math.max(atLeastFrom, now() - lifetimeMs);
      if (current !== null && current.fetchedAt >= goodFrom) return current.value;
      pending ??= renew();
      return untilAborted(pending, signal);
    },
  };
}

/** The caller that gives up stops waiting; the fetch goes on for the others. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
