import { raiseInvoice, reject, type CommandHandler } from "@crossdock/commands";
import { dateOf, invoiceDraftOf, type Invoice, type InvoiceDraft } from "@crossdock/domain";
import { invoiceSnapshotOf, type OrderBook } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { FinanceSystem } from "@crossdock/source-contract";
import { defineSending } from "./sending.ts";

type RaiseData = ReturnType<(typeof raiseInvoice)["parse"]>;

/** Bills one shipment in finance. */
export function handleRaiseInvoice(deps: {
  readonly finance: FinanceSystem;
  readonly orderBook: OrderBook;
  readonly clock: Clock;
}): CommandHandler {
  const { finance, orderBook, clock } = deps;
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
    create: (draft, { id }, signal) => finance.invoices.createInvoice(draft, id, signal),
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
