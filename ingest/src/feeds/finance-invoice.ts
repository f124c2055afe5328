import { invoiceChangeOf, parseInvoiceId, type Invoice } from "@crossdock/domain";
import type { NewEvent } from "@crossdock/events";
import {
  idsOfNumbers,
  invoiceSnapshotOf,
  lockInvoices,
  invoiceChangedEvent,
  orderChangedEvent,
  saveInvoices,
  type OrderEffect,
  type OrderProcess,
} from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { FinanceSystem } from "@crossdock/source-contract";
import type { Feed } from "../feed.ts";

/** Sales invoices as finance posts them and as they are paid. */
export function financeInvoiceFeed(deps: {
  readonly finance: FinanceSystem;
  readonly process: OrderProcess;
  readonly clock: Clock;
}): Feed<Invoice> {
  const { finance, process, clock } = deps;
  return {
    name: `${finance.name}-invoice`,
    source: finance.name,
    listChanged: (query, signal) => finance.invoices.listChangedInvoices(query, signal),
    async readAgain(sourceIds, signal) {
      const found = await finance.invoices.readInvoices(sourceIds.map(parseInvoiceId), signal);
      return found.filter((invoice) => invoice !== null);
    },
    modifiedAtOf: (invoice) => invoice.modifiedAt,
    waitsForOrders: {
      sourceIdOf: ({ id }) => id,
      orderNumbersOf: ({ orderNumbers }) => orderNumbers,
      idsInBook: async (trx, ids) => new Set((await lockInvoices(trx, ids)).keys()),
      merge: (waiting, seen) => (seen.modifiedAt >= waiting.modifiedAt ? seen : waiting),
    },

    async record(trx, items, { history, correlationId }) {
      const known = await lockInvoices(
        trx,
        items.map(({ id }) => id),
      );
      // A late look must not overwrite a newer one.
      const fresh = items.filter((invoice) => {
        const before = known.get(invoice.id);
        return before === undefined || invoice.modifiedAt >= before.modifiedAt;
      });
      const orders = await idsOfNumbers(trx, [
        ...new Set(fresh.flatMap(({ orderNumbers }) => orderNumbers)),
      ]);
      const effects: OrderEffect[] = [];
      const events: NewEvent[] = [];
      for (const invoice of fresh) {
        const before = known.get(invoice.id) ?? null;
        const ids = invoice.orderNumbers.flatMap((number) => orders.get(number)?.id ?? []);
        const snapshot = invoiceSnapshotOf(invoice);
        if (snapshot !== null && before?.status !== invoice.status) {
          const stamp = { at: invoice.modifiedAt, source: finance.name };
          const event = { kind: "invoiceChanged", invoice: snapshot, ...stamp } as const;
          effects.push(...ids.map((orderId) => ({ orderId, event })));
        }
        const change = invoiceChangeOf(before, invoice);
        if (change === null || history) continue;
        const { id: invoiceId, number: invoiceNumber, status, customerNumber } = invoice;
        const orderNumbers = [...invoice.orderNumbers];
        events.push(
          invoiceChangedEvent({
            invoiceId,
            invoiceNumber,
            change,
            status,
            orderNumbers,
            orderIds: ids,
            customerNumber,
            at: invoice.modifiedAt,
          }),
        );
      }
      const now = clock.now();
      const billed = await saveInvoices(trx, fresh, now);
      if (!history) {
        events.push(...billed.map((order) => orderChangedEvent(order, "INVOICED", now)));
      }
      await process.apply(trx, effects, events, { correlationId, causationId: null });
    },
  };
}
