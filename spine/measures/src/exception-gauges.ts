import { ERROR_CLASSES, EXCEPTION_OWNERS } from "@crossdock/domain";
import type { Metrics } from "@crossdock/runtime";
import { Gauge } from "prom-client";
import { ageSeconds, type GaugeReader } from "./gauge-reader.ts";
import { readOpenExceptions } from "./ledger-figures.ts";

/** What waits for a person. Every class and owner is told, those of which nothing waits as 0. */
export function createExceptionGauges(metrics: Metrics): GaugeReader {
  const registers = [metrics];
  const open = new Gauge({
    name: "crossdock_exceptions_open",
    help: "Exceptions that wait, by the failure's class and by who can help.",
    labelNames: ["class", "owner"],
    registers,
  });
  const oldest = new Gauge({
    name: "crossdock_exception_oldest_age_seconds",
    help: "Since the oldest exception of an owner that waits was opened; 0 when none waits.",
    labelNames: ["owner"],
    registers,
  });
  return {
    async read(db, nowMs) {
      const waiting = await readOpenExceptions(db);
      for (const owner of EXCEPTION_OWNERS) {
        const own = waiting.filter((each) => each.owner === owner);
        for (const errorClass of [...ERROR_CLASSES, null]) {
          const figure = own.find((each) => each.class === errorClass);
          open.set({ class: errorClass ?? "UNKNOWN", owner }, figure?.open ?? 0);
        }
        const ages = own.map(({ oldestAt }) => ageSeconds(oldestAt, nowMs));
        oldest.set({ owner }, Math.max(0, ...ages));
      }
    },
  };
}
