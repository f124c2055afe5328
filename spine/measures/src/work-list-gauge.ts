import type { Instant } from "@crossdock/domain";
import { WORK_LIST_KINDS, type WorkListBook, type WorkThresholds } from "@crossdock/processes";
import type { Metrics } from "@crossdock/runtime";
import { Gauge } from "prom-client";
import type { GaugeReader } from "./gauge-reader.ts";

/** Items of a list that are counted: beyond it the list is long, and no longer matters how much. */
const MAX_ITEMS = 1_000;

/** What has waited for longer than it should, by the operators' work lists. */
export function createWorkListGauge(
  metrics: Metrics,
  deps: { readonly workListBook: WorkListBook; readonly thresholds: WorkThresholds },
): GaugeReader {
  const { workListBook, thresholds } = deps;
  const items = new Gauge({
    name: "crossdock_work_list_items",
    help: `Items of the operators' work lists, by kind, counted no further than ${String(MAX_ITEMS)}.`,
    labelNames: ["kind"],
    registers: [metrics],
  });
  return {
    async read(_db, nowMs, signal) {
      const now = new Date(nowMs).toISOString() as Instant;
      const query = { customers: "all", now, thresholds, after: null, limit: MAX_ITEMS } as const;
      for (const kind of WORK_LIST_KINDS) {
        signal.throwIfAborted();
        items.set({ kind }, await workListBook.of(kind).count(query));
      }
    },
  };
}
