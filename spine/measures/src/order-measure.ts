import { readOrderState, type OrderId, type OrderState } from "@crossdock/domain";
import { orderChanged } from "@crossdock/events";
import type { LedgerTransaction } from "@crossdock/ledger";
import type { Metrics } from "@crossdock/runtime";
import { Histogram } from "prom-client";
import { BUSINESS_SECONDS } from "./buckets.ts";
import { secondsBetween, type Measure } from "./measure.ts";
import type { WorkflowDuration } from "./workflow-duration.ts";

/** With which of its changes an order's way ends. */
const ENDINGS = { INVOICED: "invoiced", CANCELLED: "cancelled", REJECTED: "rejected" } as const;
const isEnding = (change: string): change is keyof typeof ENDINGS => change in ENDINGS;

/** How long orders take to the warehouse and to their end; orders of the ERP's own are not among them. */
export function createOrderMeasure(metrics: Metrics, workflows: WorkflowDuration): Measure {
  const releaseDelay = new Histogram({
    name: "crossdock_order_release_delay_seconds",
    help: "From the acceptance of an order until the first warehouse had it.",
    buckets: BUSINESS_SECONDS,
    registers: [metrics],
  });
  return {
    types: [orderChanged.type],
    async look(trx, events) {
      const told = events
        .filter(orderChanged.is)
        .map(({ data, time }) => ({ ...data, at: time }))
        .filter(({ change }) => change === "ALLOCATED" || isEnding(change));
      const states = await readStates(
        trx,
        told.map(({ orderId }) => orderId),
      );
      return () => {
        for (const { orderId, change, status, at } of told) {
          const state = states.get(orderId);
          // Told again, of another part of the order, it is at another time than it was first noted.
          if (state?.timeline.some((known) => known.type === change && known.at === at) !== true) {
            continue;
          }
          const seconds = secondsBetween(state.draft.placedAt, at);
          if (change === "ALLOCATED") releaseDelay.observe(seconds);
          else if (isEnding(change) && change === status) {
            workflows.observe("order_to_invoice", ENDINGS[change], seconds);
          }
        }
      };
    },
  };
}

/** @returns the states of those that we took */
export async function readStates(
  trx: LedgerTransaction,
  ids: readonly OrderId[],
): Promise<ReadonlyMap<string, OrderState>> {
  if (ids.length === 0) return new Map();
  const rows = await trx
    .selectFrom("order_book")
    .select(["id", "state"])
    .where("id", "in", [...new Set(ids)])
    .where("state", "is not", null)
    .execute();
  return new Map(
    rows.map(({ id, state }) => [
      id,
      readOrderState(state as Parameters<typeof readOrderState>[0]),
    ]),
  );
}
