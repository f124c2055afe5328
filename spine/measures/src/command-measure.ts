import { allCommands } from "@crossdock/commands";
import { commandProgressed } from "@crossdock/events";
import type { LedgerTransaction } from "@crossdock/ledger";
import type { Metrics } from "@crossdock/runtime";
import { Counter, Histogram } from "prom-client";
import { createBoundedLabel } from "./bounded-label.ts";
import { WORK_SECONDS } from "./buckets.ts";
import { secondsBetween, type Measure } from "./measure.ts";

/** Statuses with which a command has left the queue. */
const SETTLED: ReadonlySet<string> = new Set([
  "SUCCEEDED",
  "REJECTED",
  "DEAD_LETTERED",
  "COMPENSATED",
  "CANCELLED",
]);
const DEAD_LETTERED = "DEAD_LETTERED";
const MAX_CODES = 100;

/** How commands end, how long they take, and how often they are tried again and given up. */
export function createCommandMeasure(metrics: Metrics): Measure {
  const told = createMetricsOfCommands(metrics);
  // Told from the start, so that the first that is given up is seen to come after none.
  for (const { lane, type } of allCommands) {
    told.settled.inc({ lane, type, outcome: DEAD_LETTERED.toLowerCase() }, 0);
  }
  const codeLabel = createBoundedLabel(MAX_CODES);
  return {
    types: [commandProgressed.type],
    async look(trx, events) {
      const progress = events.filter(commandProgressed.is).map(({ data }) => data);
      const watched = progress.filter(({ status }) => status === "RETRYING" || SETTLED.has(status));
      const rows = await readCommands(
        trx,
        watched.map(({ commandId }) => commandId),
      );
      return () => {
        for (const { commandId, type, status } of watched) {
          const row = rows.get(commandId);
          if (row === undefined) continue;
          const { lane } = row;
          const why = {
            source: lane,
            class: row.error_class ?? UNKNOWN,
            reason: codeLabel(row.error_code ?? UNKNOWN),
          };
          if (status === "RETRYING") {
            told.retries.inc(why);
            continue;
          }
          if (status === DEAD_LETTERED) told.deadLetters.inc(why);
          const outcome = status.toLowerCase();
          told.settled.inc({ lane, type, outcome });
          if (row.completed_at !== null) {
            const seconds = secondsBetween(row.accepted_at, row.completed_at);
            told.duration.observe({ lane, outcome }, seconds);
          }
        }
      };
    },
  };
}

/** Of a command that went on before it was looked at. */
const UNKNOWN = "UNKNOWN";

async function readCommands(trx: LedgerTransaction, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, never>();
  const rows = await trx
    .selectFrom("commands")
    .select(["id", "lane", "error_class", "error_code", "accepted_at", "completed_at"])
    .where("id", "in", [...new Set(ids)])
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

function createMetricsOfCommands(metrics: Metrics) {
  const registers = [metrics];
  return {
    settled: new Counter({
      name: "crossdock_commands_settled_total",
      help: "Commands that left the queue, by lane, type and outcome.",
      labelNames: ["lane", "type", "outcome"],
      registers,
    }),
    duration: new Histogram({
      name: "crossdock_command_duration_seconds",
      help: "From the acceptance of a command until it left the queue, by lane and outcome.",
      labelNames: ["lane", "outcome"],
      buckets: WORK_SECONDS,
      registers,
    }),
    retries: new Counter({
      name: "crossdock_command_retries_total",
      help: "Attempts of commands that failed and are repeated, by source, class and code of the failure.",
      labelNames: ["source", "class", "reason"],
      registers,
    }),
    deadLetters: new Counter({
      name: "crossdock_dead_letters_total",
      help: "Commands that were given up and wait for a person, by source, class and code of the failure.",
      labelNames: ["source", "class", "reason"],
      registers,
    }),
  };
}
