import type { Clock, sleep as sleepOf } from "@crossdock/runtime";

/** Whoever writes at the moment of a look is through with it after this. */
const LEAST_MS = 1_000;
const LOOK_EVERY_MS = 250;
/** A feed that is further behind is silent, and its books cannot be compared with anything. */
const MOST_MS = 120_000;

/** The books are further behind their sources than a comparison can wait. */
export class BooksBehindError extends Error {
  constructor() {
    super("The feeds do not catch up with their sources: nothing can be compared with the books.");
  }
}

/**
 * @param deps.readThrough whatever each source had at that moment, in milliseconds since 1970, is in its book
 * @returns waits until all that the sources had told by `sinceMs` is in the books
 * @throws {BooksBehindError} when that takes too long
 */
export function createSettling(deps: {
  readonly readThrough: readonly (() => number)[];
  readonly clock: Pick<Clock, "nowMs">;
  readonly sleep: typeof sleepOf;
}): (sinceMs: number, signal: AbortSignal) => Promise<void> {
  const { readThrough, clock, sleep } = deps;
  return async (sinceMs, signal) => {
    const untilMs = clock.nowMs() + MOST_MS;
    await sleep(LEAST_MS, signal);
    while (readThrough.some((reached) => reached() < sinceMs)) {
      if (clock.nowMs() > untilMs) throw new BooksBehindError();
      await sleep(LOOK_EVERY_MS, signal);
    }
  };
}
