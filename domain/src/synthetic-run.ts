import type { OrderId } from "./identifiers.ts";
import type { Instant } from "./time.ts";

/**
 * What a synthetic order goes through, in this order; a run may end before. UNDONE: the ERP, the warehouse and our stock
 * have nothing of it any more.
 */
export const SYNTHETIC_STAGES = [
  "SUBMITTED",
  "CONFIRMED",
  "RELEASED",
  "CANCELLED",
  "UNDONE",
] as const;
export type SyntheticStage = (typeof SYNTHETIC_STAGES)[number];

/**
 * PASSED: it came through all stages. FAILED: it stopped at one. SKIPPED: nothing was ordered, for a reason that is no
 * failure of the path. ABANDONED: its process ended, and another one has taken back what it left.
 */
export const SYNTHETIC_OUTCOMES = ["PASSED", "FAILED", "SKIPPED", "ABANDONED"] as const;
export type SyntheticOutcome = (typeof SYNTHETIC_OUTCOMES)[number];

export type ReachedStage = {
  readonly stage: SyntheticStage;
  /** Milliseconds from the stage before. */
  readonly durationMs: number;
};

/** How a run ended. */
export type SyntheticResult = {
  readonly outcome: SyntheticOutcome;
  /** In the order in which they were reached. */
  readonly stages: readonly ReachedStage[];
  /** The first that was not reached; `null` unless it failed. */
  readonly failedStage: SyntheticStage | null;
  /** For a person, nothing private; `null` when it passed. */
  readonly reason: string | null;
  /** `null` when none was accepted. */
  readonly orderId: OrderId | null;
};

/** One order that was placed to see whether the path of an order works. */
export type SyntheticRun = {
  readonly id: string;
  /** `schedule`, or the operator's id. */
  readonly askedBy: string;
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  /** `null` while it is under way. */
  readonly result: SyntheticResult | null;
};
