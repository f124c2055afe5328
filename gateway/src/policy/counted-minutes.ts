import { RateLimiterMemory } from "rate-limiter-flexible";

/** What stands in a running minute of somebody. */
export type Minute = {
  /** Whether it could be taken; nothing was taken when it could not. */
  readonly isTaken: boolean;
  /** What is taken, with this. */
  readonly used: number;
  /** When all of it is given back, in milliseconds since 1970. */
  readonly resetAtMs: number;
};

/**
 * What may be used up in a minute, and is whole again in the next. A minute begins with the first that is taken of it,
 * so that not everybody's begins at once.
 */
export interface CountedMinutes {
  /** Takes all of `amount`, or nothing when more than `max` would be used. */
  take(key: string, amount: number, max: number): Promise<Minute>;
  /** Corrects what was taken, by less than nothing to give back; does nothing when that minute is over. */
  correct(key: string, difference: number, minute: Minute): Promise<void>;
}

/** Where minutes are counted: a limiter of rate-limiter-flexible, of more points than anybody takes. */
export interface MinuteStore {
  consume(key: string, amount: number): Promise<Counted>;
  penalty(key: string, amount: number): Promise<Counted>;
  reward(key: string, amount: number): Promise<Counted>;
}
type Counted = { readonly consumedPoints: number; readonly msBeforeNext: number };

export const MINUTE_SECONDS = 60;

/** Minutes that this process counts alone. */
export function createMemoryMinutes(seconds = MINUTE_SECONDS): MinuteStore {
  return new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: seconds });
}

export function createCountedMinutes(store: MinuteStore): CountedMinutes {
  return {
    take: async (key, amount, max) => {
      const { consumedPoints, msBeforeNext } = await store.consume(key, amount);
      const resetAtMs = Date.now() + msBeforeNext;
      if (consumedPoints <= max) return { isTaken: true, used: consumedPoints, resetAtMs };
      await store.reward(key, amount);
      return { isTaken: false, used: consumedPoints - amount, resetAtMs };
    },
    correct: async (key, difference, { resetAtMs }) => {
      if (difference === 0 || Date.now() >= resetAtMs) return;
      if (difference < 0) await store.reward(key, -difference);
      else await store.penalty(key, difference);
    },
  };
}
