import { closeSync, openSync, readSync } from "node:fs";

/** Pauses of an event loop: how long a timer that wants its turn all the time had to wait for it, in milliseconds. */
export type Pauses = {
  readonly longestMs: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  /**
   * The longest that the thread itself worked in one of them. A machine that is busy with something else makes
   * pauses longer and this not: it is what the program is to blame for.
   */
  readonly longestWorkMs: number;
};

export interface PauseMeter {
  stop(): Pauses;
}

const EVERY_MS = 1;
const NANOS_PER_MS = 1_000_000;
const MAX_STAT_BYTES = 100;

/** Measures the calling thread, from now on. Linux only: `schedstat` tells how long a thread has had a processor. */
export function startPauseMeter(): PauseMeter {
  const file = openSync("/proc/thread-self/schedstat", "r");
  const buffer = Buffer.alloc(MAX_STAT_BYTES);
  const workedNanos = (): number => {
    const length = readSync(file, buffer, 0, MAX_STAT_BYTES, 0);
    return Number(buffer.toString("latin1", 0, length).split(" ")[0]);
  };
  const pauses: number[] = [];
  let longestWork = 0;
  let lastMs = performance.now();
  let lastWork = workedNanos();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const work = workedNanos();
    pauses.push(nowMs - lastMs);
    longestWork = Math.max(longestWork, work - lastWork);
    lastMs = nowMs;
    lastWork = work;
  }, EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      closeSync(file);
      const sorted = pauses.sort((one, other) => one - other);
      const at = (share: number) =>
        sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
      return {
        longestMs: at(1),
        p99Ms: at(0.99),
        p999Ms: at(0.999),
        longestWorkMs: longestWork / NANOS_PER_MS,
      };
    },
  };
}
