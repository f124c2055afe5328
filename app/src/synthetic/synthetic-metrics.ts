import { SYNTHETIC_OUTCOMES, type SyntheticResult } from "@crossdock/domain";
import type { Metrics } from "@crossdock/runtime";
import { Counter, Histogram } from "prom-client";

export interface SyntheticMetrics {
  note(result: SyntheticResult): void;
}

const SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** How synthetic orders end, and how long each stage takes. */
export function createSyntheticMetrics(metrics: Metrics): SyntheticMetrics {
  const registers = [metrics];
  const runs = new Counter({
    name: "crossdock_synthetic_runs_total",
    help: "Synthetic orders by how they ended: PASSED, FAILED, SKIPPED, ABANDONED.",
    labelNames: ["outcome"],
    registers,
  });
  for (const outcome of SYNTHETIC_OUTCOMES) runs.inc({ outcome }, 0);
  const duration = new Histogram({
    name: "crossdock_synthetic_duration_seconds",
    help: "How long a synthetic order took from one stage to the next.",
    labelNames: ["stage"],
    buckets: SECONDS,
    registers,
  });
  return {
    note({ outcome, stages }) {
      runs.inc({ outcome });
      for (const { stage, durationMs } of stages) duration.observe({ stage }, durationMs / 1_000);
    },
  };
}
