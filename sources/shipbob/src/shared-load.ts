/** A value that many calls need and one call fetches: a map of ids, the channel, the sites. */
export interface SharedLoad<T> {
  /** The value, fetched when there is none or it is older than its lifetime. */
  get(signal: AbortSignal): Promise<T>;
  /**
   * The value, fetched anew because something was missing from it; the old one when it was fetched
   * less than `leastAgeMs` ago, so that a client's nonsense does not become traffic at the source.
   */
  refresh(signal: AbortSignal): Promise<T>;
}

export type SharedLoadOptions<T> = {
  readonly load: (signal: AbortSignal) => Promise<T>;
  readonly lifetimeMs: number;
  readonly leastAgeMs: number;
  readonly now?: () => number;
};

/** The callers that wait may come and go; the fetch they share has a deadline of its own. */
const LOAD_TIMEOUT_MS = 30_000;

export function createSharedLoad<T>(options: SharedLoadOptions<T>): SharedLoad<T> {
  const { load, lifetimeMs, leastAgeMs, now = Date.now } = options;
  let current: { readonly value: T; readonly loadedAt: number } | null = null;
  let pending: Promise<T> | null = null;

  const fetchAnew = async (): Promise<T> => {
    try {
      const value = await load(AbortSignal.timeout(LOAD_TIMEOUT_MS));
      current = { value, loadedAt: now() };
      return value;
    } catch (error) {
      // What was true some minutes ago serves better than nothing.
      if (current !== null) return current.value;
      throw error;
    } finally {
      pending = null;
    }
  };
  const youngerThan = async (maxAgeMs: number, signal: AbortSignal): Promise<T> => {
    signal.throwIfAborted();
    if (current !== null && now() - current.loadedAt < maxAgeMs) return current.value;
    pending ??= fetchAnew();
    return untilAborted(pending, signal);
  };

  return {
    get: (signal) => youngerThan(lifetimeMs, signal),
    refresh: (signal) => youngerThan(leastAgeMs, signal),
  };
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
