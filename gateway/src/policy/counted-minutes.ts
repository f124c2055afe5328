import { ifWaiting } from "../may-wait.ts";
import type { MayWait } from "../may-wait.ts";

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
  take(key: string, amount: number, max: number): MayWait<Minute>;
  /** Corrects what was taken, by less than nothing to give back; does nothing when that minute is over. */
  correct(key: string, difference: number, minute: Minute): MayWait<unknown>;
}

/** Where minutes are counted: in memory at once, or in a limiter of rate-limiter-flexible, of more points than anybody takes. */
export interface MinuteStore {
  consume(key: string, amount: number): MayWait<Counted>;
  penalty(key: string, amount: number): MayWait<Counted>;
  reward(key: string, amount: number): MayWait<Counted>;
}
export type Counted = { readonly consumedPoints: number; readonly msBeforeNext: number };

export const MINUTE_SECONDS = 60;

export function createCountedMinutes(store: MinuteStore): CountedMinutes {
  function judge(key: string, amount: number, max: number, counted: Counted): MayWait<Minute> {
    const { consumedPoints, msBeforeNext } = counted;
    const resetAtMs = Date.now() + msBeforeNext;
    if (consumedPoints <= max) return { isTaken: true, used: consumedPoints, resetAtMs };
    const refused = { isTaken: false, used: consumedPoints - amount, resetAtMs };
    return ifWaiting(store.reward(key, amount), () => refused);
  }
  return {
    take: (key, amount, max) =>
      ifWaiting(store.consume(key, amount), (counted) => judge(key, amount, max, counted)),
    correct: (key, difference, { resetAtMs }) => {
      if (difference === 0 || Date.now() >= resetAtMs) return null;
      return difference < 0 ? store.reward(key, -difference) : store.penalty(key, difference);
    },
  };
}
