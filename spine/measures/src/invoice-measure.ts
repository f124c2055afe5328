import {
  compareDecimals,
  type Invoice,
  type OrderInvoice,
  type OrderState,
} from "@crossdock/domain";
import { invoiceChanged } from "@crossdock/events";
import type { LedgerTransaction } from "@crossdock/ledger";
import type { Metrics } from "@crossdock/runtime";
import { Counter, Histogram } from "prom-client";
import { BUSINESS_SECONDS } from "./buckets.ts";
import { secondsBetween, type Measure } from "./measure.ts";
import { readStates } from "./order-measure.ts";
import type { WorkflowDuration } from "./workflow-duration.ts";

/** How long bills take from the shipment to the payment, and those that somebody raised a second time. */
export function createInvoiceMeasure(metrics: Metrics, workflows: WorkflowDuration): Measure {
  const told = createMetricsOfInvoices(metrics);
  return {
    types: [invoiceChanged.type],
    async look(trx, events) {
      const changes = events
        .filter(invoiceChanged.is)
        .map(({ data, time }) => ({ ...data, at: time }))
        .filter(({ change }) => change === "ISSUED" || change === "PAID");
      const states = await readStates(
        trx,
        changes.flatMap(({ orderIds }) => orderIds),
      );
      const found = changes.map((change) => {
        const orders = change.orderIds.flatMap((id) => states.get(id) ?? []);
        return { ...change, orders, bills: billsOf(orders, change.invoiceId) };
      });
      const shippedOf = await readShipped(
        trx,
        found.flatMap(({ bills }) => bills.flatMap(({ bill }) => bill.shipmentId ?? [])),
      );
      const strangers = found.filter(
        ({ change, orders, bills }) =>
          change === "ISSUED" && orders.length > 0 && bills.length === 0,
      );
      const documents = await readInvoices(
        trx,
        strangers.map(({ invoiceId }) => invoiceId),
      );
      const twice = strangers.filter(({ invoiceId, orders }) =>
        isBilledAlready(documents.get(invoiceId), orders),
      );
      return () => {
        told.duplicates.inc(twice.length);
        for (const { change, at, bills } of found) {
          for (const { bill, placedAt } of bills) {
            if (change === "PAID") {
              const { postedAt } = bill;
              if (postedAt !== null) {
                told.cycle.observe({ step: "payment" }, secondsBetween(postedAt, at));
              }
              workflows.observe("order_to_payment", "paid", secondsBetween(placedAt, at));
              continue;
            }
            told.cycle.observe({ step: "issue" }, secondsBetween(bill.openedAt, at));
            const shipped = shippedOf.get(bill.shipmentId ?? "");
            if (shipped?.shipped_at == null) continue;
            const { warehouse, shipped_at: shippedAt } = shipped;
            told.shipToInvoice.observe({ warehouse }, secondsBetween(shippedAt, at));
          }
        }
      };
    },
  };
}

type KnownBill = { readonly bill: OrderInvoice; readonly placedAt: string };

function billsOf(orders: readonly OrderState[], invoiceId: string): readonly KnownBill[] {
  return orders.flatMap(({ invoices, draft }) =>
    invoices
      .filter(({ id }) => id === invoiceId)
      .map((bill) => ({ bill, placedAt: draft.placedAt })),
  );
}

/** Whether a bill that is none of ours asks an order of ours for what one of ours asks already. */
function isBilledAlready(stranger: Invoice | undefined, orders: readonly OrderState[]): boolean {
  if (stranger === undefined) return false;
  return orders.some(({ invoices }) =>
    invoices.some(
      ({ total, status }) =>
        total !== null &&
        status !== "VOID" &&
        total.currency === stranger.total.currency &&
        compareDecimals(total.amount, stranger.total.amount) === 0,
    ),
  );
}

async function readShipped(trx: LedgerTransaction, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, never>();
  const rows = await trx
    .selectFrom("shipment_book")
    .select(["id", "warehouse", "shipped_at"])
    .where("id", "in", [...new Set(ids)])
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

async function readInvoices(
  trx: LedgerTransaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Invoice>> {
  if (ids.length === 0) return new Map();
  const rows = await trx
    .selectFrom("invoice_book")
    .select(["id", "invoice"])
    .where("id", "in", [...new Set(ids)])
    .execute();
  return new Map(rows.map(({ id, invoice }) => [id, invoice as Invoice]));
}

function createMetricsOfInvoices(metrics: Metrics) {
  const registers = [metrics];
  return {
    shipToInvoice: new Histogram({
      name: "crossdock_ship_to_invoice_seconds",
      help: "From when a shipment left until finance had posted its bill, by warehouse.",
      labelNames: ["warehouse"],
      buckets: BUSINESS_SECONDS,
      registers,
    }),
    cycle: new Histogram({
      name: "crossdock_invoice_cycle_seconds",
      help: "Steps of a bill: issue, from when it was to be raised until it was posted; payment, from then until it was paid.",
      labelNames: ["step"],
      buckets: BUSINESS_SECONDS,
      registers,
    }),
    duplicates: new Counter({
      name: "crossdock_duplicate_invoices_total",
      help: "Bills that were raised beside ours for an order of ours, over the same total as one of ours.",
      registers,
    }),
  };
}
