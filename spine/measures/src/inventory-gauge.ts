import type { Metrics } from "@crossdock/runtime";
import { Gauge } from "prom-client";
import { ageSeconds, type GaugeReader } from "./gauge-reader.ts";

/** How old what we know of the stock is: all of it was true when its feed was heard last. */
export function createInventoryGauge(metrics: Metrics): GaugeReader {
  const age = new Gauge({
    name: "crossdock_inventory_age_seconds",
    help: "Since the warehouse has last told what changed of its stock, or that nothing did, by feed.",
    labelNames: ["feed"],
    registers: [metrics],
  });
  return {
    async read(db, nowMs) {
      const feeds = await db
        .selectFrom("feed_health")
        .select(["feed", "heard_at"])
        .where("feed", "like", "%-stock")
        .execute();
      for (const { feed, heard_at: heardAt } of feeds) {
        age.set({ feed }, ageSeconds(heardAt, nowMs));
      }
    },
  };
}
