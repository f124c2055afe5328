import type { ReconciliationScope } from "@crossdock/domain";
import type { Clock } from "@crossdock/runtime";
import type { ReconciliationBook } from "./reconciliation-book.ts";
import type { Reconciliation } from "./reconciliation.ts";
import type { RepairOutcome, Repairer } from "./repair.ts";
import type { RunLog } from "./run-log.ts";

/** What an operator does with comparisons. */
export interface ReconciliationDesk {
  readonly book: ReconciliationBook;
  /** Opens a run, or joins the one of the scope that is under way; a process takes it up within a second. */
  run(scope: ReconciliationScope, startedBy: string): Promise<Reconciliation>;
  /**
   * Repairs what a run found, where that is safe, one after the other.
   * @param first 1 to 500 @returns `null` when there is no such run
   */
  repair(
    reconciliationId: string,
    asked: { readonly first: number; readonly by: string },
    signal: AbortSignal,
  ): Promise<RepairOutcome | null>;
}

export function createReconciliationDesk({
  book,
  log,
  repairer,
  clock,
}: {
  readonly book: ReconciliationBook;
  readonly log: Pick<RunLog, "open">;
  readonly repairer: Repairer;
  readonly clock: Clock;
}): ReconciliationDesk {
  return {
    book,
    async run(scope, startedBy) {
      const opened = await log.open({ scope, startedBy, at: clock.now(), dueAt: null });
      if (opened !== null) return opened;
      // It came to its end in between.
      const [last] = await book.listReconciliations({ scope, first: 1 });
      if (last === undefined) throw new Error(`No run of ${scope} could be opened.`);
      return last;
    },
    async repair(reconciliationId, { first, by }, signal) {
      const run = await book.readReconciliation(reconciliationId);
      return run === null ? null : repairer.repair(run, { first, by }, signal);
    },
  };
}
