import type { ReconciliationScope } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import type { OrderProcess } from "@crossdock/processes";
import { sleep, type Logger, type Metrics } from "@crossdock/runtime";
import type { Comparison } from "./comparison.ts";
import { compareBillings } from "./comparisons/billing.ts";
import type { ComparisonDeps } from "./comparisons/deps.ts";
import { compareInventory } from "./comparisons/inventory.ts";
import { compareInvoices } from "./comparisons/invoice-totals.ts";
import { compareOrders } from "./comparisons/order-status.ts";
import { createReconciliationDesk, type ReconciliationDesk } from "./desk.ts";
import { measureReconciliations } from "./measure-reconciliations.ts";
import { settleFindings } from "./mismatch-findings.ts";
import { createReconciliationBook } from "./reconciliation-book-postgres.ts";
import { MAX_MISMATCHES_PER_PAGE } from "./reconciliation-book.ts";
import { createReconciler } from "./reconciler.ts";
import { createRepairer, type ReadAgain } from "./repair.ts";
import { createRunLog } from "./run-log.ts";
import { createSchedule, type ReconciliationSchedule } from "./schedule.ts";
import { createSettling } from "./settling.ts";

export type ReconciliationOptions = Omit<ComparisonDeps, "ledger"> & {
  /** For work that nobody waits for. */
  readonly ledger: Ledger;
  readonly process: Pick<OrderProcess, "apply">;
  readonly readAgain: ReadAgain;
  /** Of the feeds that compared books follow: how far each is, in milliseconds since 1970. */
  readonly readThrough: readonly (() => number)[];
  readonly schedule: ReconciliationSchedule;
  /** So long a run that is over is kept. */
  readonly keepMs: number;
  /** Scopes of which what is safe is repaired by itself, at the end of each run. */
  readonly autoRepair: readonly ReconciliationScope[];
  readonly logger: Logger;
  readonly metrics: Metrics;
};

/** Comparing the systems: by schedule, on demand, over as many processes as there are. */
export interface Reconciliations extends ReconciliationDesk {
  start(): void;
  /** What is under way is left to whoever starts next. */
  stop(): Promise<void>;
}

/** Who repairs when nobody asked. */
const BY_ITSELF = "reconciliation";

export function createReconciliations(options: ReconciliationOptions): Reconciliations {
  const { ledger, process, clock, logger, readAgain, autoRepair } = options;
  const book = createReconciliationBook(ledger);
  const log = createRunLog(ledger);
  const comparisonOf = (scope: ReconciliationScope) => COMPARISONS[scope](options);
  const repairer = createRepairer({
    ledger,
    process,
    book,
    wms: options.wms,
    readAgain,
    comparisonOf,
    clock,
  });
  const reconciler = createReconciler({
    log,
    comparisonOf,
    settle: createSettling({ readThrough: options.readThrough, clock, sleep }),
    async conclude(run, signal) {
      if (autoRepair.includes(run.scope)) {
        await repairer.repair(run, { first: MAX_MISMATCHES_PER_PAGE, by: BY_ITSELF }, signal);
      }
      await settleFindings({ ledger, process, clock }, run, signal);
    },
    clock,
    logger,
  });
  const schedule = createSchedule({
    schedule: options.schedule,
    log,
    keepMs: options.keepMs,
    clock,
    logger,
  });
  measureReconciliations(options.metrics, book, () => clock.nowMs());

  return {
    ...createReconciliationDesk({ book, log, repairer, clock }),
    start() {
      reconciler.start();
      schedule.start();
    },
    async stop() {
      await Promise.all([reconciler.stop(), schedule.stop()]);
    },
  };
}

const COMPARISONS: Readonly<Record<ReconciliationScope, (deps: ComparisonDeps) => Comparison>> = {
  INVENTORY: compareInventory,
  SHIPPED_NOT_INVOICED: compareBillings,
  INVOICE_TOTALS: compareInvoices,
  ORDER_STATUS: compareOrders,
};
