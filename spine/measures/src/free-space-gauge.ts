import { statfs } from "node:fs/promises";
import type { Metrics } from "@crossdock/runtime";
import { Gauge } from "prom-client";

/** How much can still be written where the program keeps its data; an embedded ledger lies there too. */
export function createFreeSpaceGauge(metrics: Metrics, dataDir: string): void {
  new Gauge({
    name: "crossdock_data_free_ratio",
    help: "The part of the data directory's disk that is free, 0 to 1.",
    registers: [metrics],
    async collect() {
      const { bavail, blocks } = await statfs(dataDir);
      this.set(blocks === 0 ? 0 : bavail / blocks);
    },
  });
}
