import { SourceRateLimitedError, type SourceLane } from "@crossdock/source-contract";
import { bulkhead, BulkheadRejectedError } from "cockatiel";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { setTimeout as sleep } from "node:timers/promises";

/** What a source may be asked, so that no traffic of ours brings it down. */
export type SourceBudget = {
  /** Calls in any window of `windowMs`. */
  readonly calls: number;
  readonly windowMs: number;
  /** Calls under way at once. */
  readonly concurrent: number;
  /** Calls that may wait for their turn; more are refused. */
  readonly queued: number;
  /** The longest that a call waits for its turn. */
  readonly maxWaitMs: number;
};

export interface Budget {
  /**
   * Runs `call` when the budget has room.
   * @throws {SourceRateLimitedError} no room in time; `call` was not run
   */
  spend<T>(
    lane: SourceLane,
    operation: string,
    signal: AbortSignal,
    call: () => Promise<T>,
  ): Promise<T>;
  /** The source itself asked for a pause: nothing is sent before it is over. */
  pause(forMs: number): void;
}

export function createBudget(source: string, budget: SourceBudget): Budget {
  const rate = new RateLimiterMemory({
    points: budget.calls,
    duration: budget.windowMs / 1_000,
  });
  const lanes = bulkhead(budget.concurrent, budget.queued);
  let pausedUntil = 0;

  const takeTurn = async (operation: string, signal: AbortSignal) => {
    const deadline = Date.now() + budget.maxWaitMs;
    for (;;) {
      const waitMs = Math.max(pausedUntil - Date.now(), 0) || (await consume(rate, source));
      if (waitMs === 0) return;
      if (Date.now() + waitMs > deadline) {
        throw new SourceRateLimitedError(source, operation, waitMs);
      }
      await sleep(waitMs, undefined, { signal });
    }
  };

  return {
    async spend(_lane, operation, signal, call) {
      try {
        return await lanes.execute(async () => {
          signal.throwIfAborted();
          await takeTurn(operation, signal);
          return call();
        }, signal);
      } catch (error) {
        if (error instanceof BulkheadRejectedError) {
          throw new SourceRateLimitedError(source, operation, budget.maxWaitMs);
        }
        throw error;
      }
    },
    pause(forMs) {
      pausedUntil = Math.max(pausedUntil, Date.now() + forMs);
    },
  };
}

/** @returns milliseconds to wait; zero when the call may go. */
async function consume(rate: RateLimiterMemory, key: string): Promise<number> {
  try {
    await rate.consume(key);
    return 0;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return Math.max(refusal.msBeforeNext, 1);
    throw refusal;
  }
}
