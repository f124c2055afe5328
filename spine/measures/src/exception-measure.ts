import { exceptionChanged, exceptionRaised } from "@crossdock/events";
import type { Metrics } from "@crossdock/runtime";
import { Counter, Histogram } from "prom-client";
import { BUSINESS_SECONDS } from "./buckets.ts";
import { secondsBetween, type Measure } from "./measure.ts";

/** How much comes before a person, and how it ends. */
export function createExceptionMeasure(metrics: Metrics): Measure {
  const told = createMetricsOfExceptions(metrics);
  return {
    types: [exceptionRaised.type, exceptionChanged.type],
    async look(trx, events) {
      const opened = events.filter(exceptionRaised.is).map(({ data }) => data);
      const closed = events
        .filter(exceptionChanged.is)
        .filter(({ data }) => data.change === "CLOSED")
        .map(({ data }) => data.exceptionId);
      const rows =
        closed.length === 0
          ? []
          : await trx
              .selectFrom("exceptions")
              .select(["error_class", "owner", "resolution", "opened_at", "resolved_at"])
              .where("id", "in", closed)
              .where("resolved_at", "is not", null)
              .execute();
      return () => {
        for (const { class: errorClass, owner } of opened) {
          told.opened.inc({ class: errorClass ?? UNKNOWN, owner });
        }
        for (const row of rows) {
          const labels = { class: row.error_class ?? UNKNOWN, owner: row.owner };
          told.closed.inc({ ...labels, resolution: row.resolution ?? UNKNOWN });
          const seconds = secondsBetween(row.opened_at, row.resolved_at ?? row.opened_at);
          told.resolution.observe(labels, seconds);
        }
      };
    },
  };
}

/** Of what no failure of a command opened. */
const UNKNOWN = "UNKNOWN";

function createMetricsOfExceptions(metrics: Metrics) {
  const registers = [metrics];
  return {
    opened: new Counter({
      name: "crossdock_exceptions_opened_total",
      help: "Exceptions that were opened, by the failure's class and by who can help.",
      labelNames: ["class", "owner"],
      registers,
    }),
    closed: new Counter({
      name: "crossdock_exceptions_closed_total",
      help: "Exceptions that were closed, by the failure's class, who could help, and how they were closed.",
      labelNames: ["class", "owner", "resolution"],
      registers,
    }),
    resolution: new Histogram({
      name: "crossdock_exception_resolution_seconds",
      help: "From the opening of an exception to its closing, by the failure's class and by who could help.",
      labelNames: ["class", "owner"],
      buckets: BUSINESS_SECONDS,
      registers,
    }),
  };
}
