import { MINUTE_SECONDS } from "./counted-minutes.ts";
import type { Counted, MinuteStore } from "./counted-minutes.ts";

const MS_PER_SECOND = 1_000;

/** Minutes that this process counts alone, at once. */
export function createMemoryMinutes(seconds = MINUTE_SECONDS): MinuteStore {
  return new MemoryMinutes(seconds * MS_PER_SECOND);
}

const NOTHING_COUNTED: Counted = { consumedPoints: 0, msBeforeNext: 0 };

type Running = { used: number; readonly endsMs: number };

class MemoryMinutes implements MinuteStore {
  readonly #lengthMs: number;
  /** In the order in which they began, which is that in which they end. */
  readonly #running = new Map<string, Running>();

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  consume(key: string, amount: number): Counted {
    return this.#add(key, amount);
  }

  penalty(key: string, amount: number): Counted {
    return this.#add(key, amount);
  }

  reward(key: string, amount: number): Counted {
    return this.#add(key, -amount);
  }

  #add(key: string, amount: number): Counted {
    const nowMs = Date.now();
    const running = this.#running.get(key);
    if (running !== undefined && running.endsMs > nowMs) {
      running.used += amount;
      return { consumedPoints: running.used, msBeforeNext: running.endsMs - nowMs };
    }
    if (amount < 0) return NOTHING_COUNTED; // the minute that it was taken of is over
    this.#forgetEnded(nowMs);
    this.#running.set(key, { used: amount, endsMs: nowMs + this.#lengthMs });
    return { consumedPoints: amount, msBeforeNext: this.#lengthMs };
  }

  /** With every minute that begins, so that no more are kept than began within the last one. */
  #forgetEnded(nowMs: number): void {
    for (const [key, { endsMs }] of this.#running) {
      if (endsMs > nowMs) return;
      this.#running.delete(key);
    }
  }
}
