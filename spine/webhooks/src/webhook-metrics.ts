import type { Ledger } from "@crossdock/ledger";
import { ageSeconds, type GaugeReader } from "@crossdock/measures";
import type { Metrics } from "@crossdock/runtime";
import { sql } from "kysely";
import { Counter, Gauge } from "prom-client";
import type { Hook } from "./hook.ts";

export interface WebhookMetrics {
  ended(hook: string, outcome: "delivered" | "failed" | "given_up", messages?: number): void;
}

export function createWebhookMetrics(metrics: Metrics): WebhookMetrics {
  const deliveries = new Counter({
    name: "crossdock_webhook_deliveries_total",
    help: "Attempts to tell a webhook, by its name: delivered, or failed; and messages that were given up.",
    labelNames: ["hook", "outcome"],
    registers: [metrics],
  });
  return {
    ended: (hook, outcome, messages = 1) => {
      deliveries.inc({ hook, outcome }, messages);
    },
  };
}

/** What waits for each webhook. */
export function createWebhookGauges(metrics: Metrics, hooks: readonly Hook[]): GaugeReader {
  const registers = [metrics];
  const waiting = new Gauge({
    name: "crossdock_webhook_messages_waiting",
    help: "Messages that a webhook has not taken yet.",
    labelNames: ["hook"],
    registers,
  });
  const age = new Gauge({
    name: "crossdock_webhook_message_age_seconds",
    help: "Since the oldest message that a webhook has not taken was made; 0 when none waits.",
    labelNames: ["hook"],
    registers,
  });
  return {
    async read(db, nowMs) {
      const rows = await readWaiting(db);
      for (const { name: hook } of hooks) {
        const own = rows.find((row) => row.hook === hook);
        waiting.set({ hook }, own?.waiting ?? 0);
        age.set({ hook }, ageSeconds(own?.oldestAt ?? null, nowMs));
      }
    },
  };
}

/** The box holds no more than a bounded number for each webhook. */
async function readWaiting(db: Ledger["db"]) {
  const { rows } = await sql<{ hook: string; waiting: number; oldestAt: Date }>`
    select hook, count(*)::int as waiting, min(created_at) as "oldestAt" from webhook_messages
    where settled_at is null group by hook`.execute(db);
  return rows;
}
