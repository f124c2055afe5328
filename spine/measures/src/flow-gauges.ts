import type { Instant } from "@crossdock/domain";
import { OPEN_STAGES, type FlowBook, type StageThresholds } from "@crossdock/processes";
import type { Metrics } from "@crossdock/runtime";
import { Gauge } from "prom-client";
import { ageSeconds, type GaugeReader } from "./gauge-reader.ts";

/** Where the open orders stand, and for how long. */
export function createFlowGauges(
  metrics: Metrics,
  { flowBook, thresholds }: { readonly flowBook: FlowBook; readonly thresholds: StageThresholds },
): GaugeReader {
  const gauges = createGauges(metrics);
  return {
    async read(_db, nowMs) {
      const now = new Date(nowMs).toISOString() as Instant;
      const { groups } = await flowBook.readFlow(now, thresholds);
      for (const stage of OPEN_STAGES) {
        const own = groups.filter((group) => group.stage === stage);
        const ages = own.map(({ oldestSince }) => ageSeconds(new Date(oldestSince), nowMs));
        gauges.open.set({ stage }, sum(own.map(({ count }) => count)));
        gauges.late.set({ stage }, sum(own.map(({ late }) => late)));
        gauges.age.set({ stage }, Math.max(0, ...ages));
      }
      // A warehouse that nothing waits for any more is told as nothing.
      gauges.atWarehouse.reset();
      for (const { stage, warehouses, count } of groups) {
        for (const warehouse of warehouses) gauges.atWarehouse.inc({ warehouse, stage }, count);
      }
    },
  };
}

const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);

function createGauges(metrics: Metrics) {
  const registers = [metrics];
  return {
    open: new Gauge({
      name: "crossdock_orders_open",
      help: "Orders that are not over, by stage.",
      labelNames: ["stage"],
      registers,
    }),
    late: new Gauge({
      name: "crossdock_orders_late",
      help: "Of the open orders, those that are in their stage for longer than operations.thresholds allows.",
      labelNames: ["stage"],
      registers,
    }),
    age: new Gauge({
      name: "crossdock_order_stage_age_seconds",
      help: "Since the order that is longest in a stage came to it; 0 when there is none.",
      labelNames: ["stage"],
      registers,
    }),
    atWarehouse: new Gauge({
      name: "crossdock_warehouse_orders_open",
      help: "Open orders that a warehouse has a part of, by warehouse and stage; one of two warehouses counts at both.",
      labelNames: ["warehouse", "stage"],
      registers,
    }),
  };
}
