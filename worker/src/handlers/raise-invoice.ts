import { raiseInvoice, reject, type CommandHandler } from "@crossdock/commands";
import {
  addDays,
  dateOf,
  DEFAULT_PAYMENT_DAYS,
  invoiceDraftOf,
  type BillingPolicy,
  type Invoice,
  type InvoiceDraft,
} from "@crossdock/domain";
import { invoiceSnapshotOf, type OrderBook } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { FinanceSystem } from "@crossdock/source-contract";
import { defineSending } from "./sending.ts";

type RaiseData = ReturnType<(typeof raiseInvoice)["parse"]>;

/** Bills one shipment in finance. */
export function handleRaiseInvoice(deps: {
  readonly finance: FinanceSystem;
  readonly orderBook: OrderBook;
  readonly billingPolicy: Pick<BillingPolicy, "closedPeriod">;
  readonly clock: Clock;
}): CommandHandler {
  const { finance, orderBook, billingPolicy, clock } = deps;

  /** @returns the same bill dated the first open day; `null` where its own day is open by now */
  const laterDraft = async (draft: InvoiceDraft, signal: AbortSignal) => {
    const closedUntil = await finance.periods.readClosedUntil(signal);
    if (closedUntil === null || closedUntil < draft.issuedOn) return null;
    const issuedOn = addDays(closedUntil, 1);
    return { ...draft, issuedOn, dueOn: addDays(issuedOn, DEFAULT_PAYMENT_DAYS) };
  };
  return defineSending<RaiseData, InvoiceDraft, Invoice>(raiseInvoice, {
    writer: finance.invoices,
    draftOf: async ({ data, acceptedAt }) => {
      const { orderId, shipmentId, number } = data;
      const [record] = await orderBook.readOrders([orderId]);
      const draft =
        record?.state == null
          ? null
          : // The date of the decision, not of the try: a retry over midnight sends the same bill.
            invoiceDraftOf(record.state, shipmentId, number, dateOf(acceptedAt));
      const message = `Shipment ${shipmentId} of order ${orderId} has nothing to bill.`;
      return draft ?? reject({ code: "NOT_FOUND", message });
    },
    find: (draft, signal) => finance.invoices.findInvoice(draft, signal),
    create: async (draft, { id }, signal) => {
      const outcome = await finance.invoices.createInvoice(draft, id, signal);
      const isClosed = outcome.kind === "refused" && outcome.code === "PERIOD_CLOSED";
      if (!isClosed || billingPolicy.closedPeriod === "hold") return outcome;
      const later = await laterDraft(draft, signal);
      // Another key: under the first one finance would answer the first refusal again.
      return later === null
        ? outcome
        : finance.invoices.createInvoice(later, `${id}:${later.issuedOn}`, signal);
    },
    done: (invoice, { data }) => {
      const snapshot = invoiceSnapshotOf(invoice);
      const stamp = { at: clock.now(), source: finance.name };
      const orders =
        snapshot === null
          ? []
          : [
              {
                orderId: data.orderId,
                event: { kind: "invoiceChanged", invoice: snapshot, ...stamp } as const,
              },
            ];
      return { typename: "Invoice", id: invoice.id, orders };
    },
  });
}
