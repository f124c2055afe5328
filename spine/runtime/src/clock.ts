import type { Instant } from "@crossdock/domain";

/** Where time comes from: injected, so that a test decides what time it is. */
export interface Clock {
  /** The present as an ISO 8601 instant in UTC with milliseconds. */
  now(): Instant;
  /** The present in milliseconds since 1970 UTC: for arithmetic. Not monotonic. */
  nowMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date().toISOString() as Instant,
  nowMs: () => Date.now(),
};

export interface FixedClock extends Clock {
  /** @param ms how far time moves on; never negative */
  advance(ms: number): void;
}

/** A clock that stands still until it is moved. */
export function createFixedClock(startAt: string): FixedClock {
  let ms = Date.parse(startAt);
  if (Number.isNaN(ms)) throw new RangeError(`${startAt} is not an instant.`);
  return {
    now: () => new Date(ms).toISOString() as Instant,
    nowMs: () => ms,
    advance: (byMs) => {
      if (byMs < 0) throw new RangeError("Time does not go back.");
      ms += byMs;
    },
  };
}
