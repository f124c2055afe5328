import { MISMATCH_KINDS } from "@crossdock/domain";
import type { Metrics } from "@crossdock/runtime";
import { Gauge } from "prom-client";
import type { LastRun, ReconciliationBook } from "./reconciliation-book.ts";

const MS_PER_SECOND = 1_000;
/** Between two looks at the ledger, however often the metrics are read. */
const KEPT_MS = 5_000;

/** What the last comparisons found, as of the look before: whoever reads the metrics never waits for the ledger. */
export function measureReconciliations(
  metrics: Metrics,
  book: Pick<ReconciliationBook, "readLast">,
  nowMs: () => number,
): void {
  let runs: readonly LastRun[] = [];
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let isLooking = false;
  const look = async () => {
    isLooking = true;
    lookedAtMs = nowMs();
    try {
      runs = await book.readLast();
    } catch {
      // What was known stands; that the ledger does not answer is measured elsewhere.
    } finally {
      isLooking = false;
    }
  };
  const last = () => {
    if (!isLooking && nowMs() - lookedAtMs > KEPT_MS) void look();
    return runs;
  };
  const registers = [metrics];
  new Gauge({
    name: "crossdock_reconciliation_mismatches",
    help: "Mismatches of the last whole run of each scope that are not repaired, by kind.",
    labelNames: ["scope", "kind"],
    registers,
    collect() {
      for (const { scope, byKind } of last()) {
        for (const kind of MISMATCH_KINDS) this.set({ scope, kind }, byKind[kind] ?? 0);
      }
    },
  });
  new Gauge({
    name: "crossdock_reconciliation_compared",
    help: "Things that the last whole run of each scope compared.",
    labelNames: ["scope"],
    registers,
    collect() {
      for (const { scope, compared } of last()) this.set({ scope }, compared);
    },
  });
  new Gauge({
    name: "crossdock_reconciliation_last_run_timestamp_seconds",
    help: "When the last whole run of each scope came to its end, in seconds since 1970.",
    labelNames: ["scope"],
    registers,
    collect() {
      for (const { scope, finishedAtMs } of last()) {
        this.set({ scope }, finishedAtMs / MS_PER_SECOND);
      }
    },
  });
}
