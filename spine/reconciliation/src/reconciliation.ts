import type { Difference, Instant, ReconciliationScope } from "@crossdock/domain";

export const RECONCILIATION_STATUSES = ["RUNNING", "DONE", "FAILED"] as const;
export type ReconciliationStatus = (typeof RECONCILIATION_STATUSES)[number];

/** One comparison of systems, as far as it is. */
export type Reconciliation = {
  readonly id: string;
  readonly scope: ReconciliationScope;
  readonly status: ReconciliationStatus;
  /** A person, or {@link SCHEDULE}. */
  readonly startedBy: string;
  readonly startedAt: Instant;
  /** `null` while it runs. */
  readonly finishedAt: Instant | null;
  readonly compared: number;
  /** As counted at its start; `null` before that. */
  readonly of: number | null;
  /** What never kept still while it was looked at: not judged. */
  readonly unsettled: number;
  readonly mismatchCount: number;
};

/** Who starts a comparison when its time has come. */
export const SCHEDULE = "schedule";

export type Mismatch = Difference & {
  readonly reconciliationId: string;
  /** From 1, in the order of finding. */
  readonly sequence: number;
  readonly exceptionId: string | null;
  readonly repairedAt: Instant | null;
};

/** A run that came to its end. */
export type TrendPoint = {
  readonly reconciliationId: string;
  readonly finishedAt: Instant;
  readonly compared: number;
  readonly mismatches: number;
  readonly repaired: number;
};
