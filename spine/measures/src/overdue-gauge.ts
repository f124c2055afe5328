import { EXCEPTION_OWNERS } from "@crossdock/domain";
import type { Metrics } from "@crossdock/runtime";
import { sql } from "kysely";
import { Gauge } from "prom-client";
import type { GaugeReader } from "./gauge-reader.ts";
import { MAX_COUNTED } from "./ledger-figures.ts";

/** What waits for a person for longer than was agreed. */
export function createOverdueGauge(metrics: Metrics): GaugeReader {
  const overdue = new Gauge({
    name: "crossdock_exceptions_overdue",
    help: "Exceptions that wait for longer than operations.sla allows, by who can help.",
    labelNames: ["owner"],
    registers: [metrics],
  });
  return {
    async read(db, nowMs) {
      const { rows } = await sql<{ owner: string; late: number }>`
        select owner, count(*)::int as late from (
          select owner from exceptions
          where resolved_at is null and due_at < ${new Date(nowMs)} order by due_at limit ${MAX_COUNTED}
        ) as late group by owner`.execute(db);
      for (const owner of EXCEPTION_OWNERS) {
        overdue.set({ owner }, rows.find((row) => row.owner === owner)?.late ?? 0);
      }
    },
  };
}
