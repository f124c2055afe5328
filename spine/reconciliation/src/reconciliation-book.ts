import type { ReconciliationScope } from "@crossdock/domain";
import type { Mismatch, Reconciliation, TrendPoint } from "./reconciliation.ts";

export const MAX_RECONCILIATIONS = 100;
export const MAX_MISMATCHES_PER_PAGE = 500;
export const MAX_TREND_POINTS = 500;

/** What was compared and found. */
export interface ReconciliationBook {
  /** Newest first. @param first 1 to {@link MAX_RECONCILIATIONS} */
  listReconciliations(query: {
    readonly scope: ReconciliationScope | null;
    readonly first: number;
  }): Promise<readonly Reconciliation[]>;
  readReconciliation(id: string): Promise<Reconciliation | null>;
  /** In the order of finding. @param first 1 to {@link MAX_MISMATCHES_PER_PAGE} @param after a `sequence`; zero starts */
  listMismatches(
    reconciliationId: string,
    page: { readonly first: number; readonly after: number },
  ): Promise<readonly Mismatch[]>;
  /** What has a safe repair and was not repaired, in the order of finding. @param first 1 to {@link MAX_MISMATCHES_PER_PAGE} */
  listRepairable(reconciliationId: string, first: number): Promise<readonly Mismatch[]>;
  countRepairable(reconciliationId: string): Promise<number>;
  /** The runs that came to their end, newest first. @param first 1 to {@link MAX_TREND_POINTS} */
  readTrend(scope: ReconciliationScope, first: number): Promise<readonly TrendPoint[]>;
  /** The last run of each scope that came to its end, and what it found by kind. */
  readLast(): Promise<readonly LastRun[]>;
}

export type LastRun = {
  readonly scope: ReconciliationScope;
  readonly finishedAtMs: number;
  readonly compared: number;
  readonly byKind: Readonly<Partial<Record<string, number>>>;
};
