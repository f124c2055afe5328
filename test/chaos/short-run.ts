import type { ChaosOptions } from "./run-chaos.ts";

/**
 * A run that fits into a test. Of this seed's faults one kills the program, one the sandbox, and three
 * lose the answers of writes: an order at the ERP, a release at the warehouse, a bill at finance.
 */
export const SHORT_RUN = {
  seed: 1_660,
  faults: 7,
  requestsPerSecond: 1,
  drainMs: 120_000,
  say: () => undefined,
} satisfies Omit<ChaosOptions, "isBlind">;

/**
 * When a write comes is the machine's own affair: on a slow one the sandbox may be killed before the write that
 * a fault waits for, and forgets the fault. Then the run says nothing and is made again, so often at most.
 */
export const TRIES = 3;
