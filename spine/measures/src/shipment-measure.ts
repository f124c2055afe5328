import { shipmentProgressed } from "@crossdock/events";
import type { Metrics } from "@crossdock/runtime";
import { Histogram } from "prom-client";
import { WORK_SECONDS } from "./buckets.ts";
import { secondsBetween, type Measure } from "./measure.ts";

/** How late we know what the warehouse did. */
export function createShipmentMeasure(metrics: Metrics): Measure {
  const postingLag = new Histogram({
    name: "crossdock_shipment_posting_lag_seconds",
    help: "From when a shipment came to a status until it was told to subscribers, by warehouse and status.",
    labelNames: ["warehouse", "status"],
    buckets: WORK_SECONDS,
    registers: [metrics],
  });
  return {
    types: [shipmentProgressed.type],
    async look(trx, events) {
      const told = events.filter(shipmentProgressed.is);
      const ids = [...new Set(told.map(({ data }) => data.shipmentId as string))];
      const rows =
        ids.length === 0
          ? []
          : await trx
              .selectFrom("shipment_book")
              .select(["id", "warehouse"])
              .where("id", "in", ids)
              .execute();
      const warehouses = new Map(rows.map(({ id, warehouse }) => [id, warehouse]));
      return () => {
        for (const { data, time, recordedAt } of told) {
          const warehouse = warehouses.get(data.shipmentId) ?? "unknown";
          const status = data.status.toLowerCase();
          postingLag.observe({ warehouse, status }, secondsBetween(time, recordedAt));
        }
      };
    },
  };
}
