import { invoiceChangeOf, parseInvoiceId, type Invoice } from "@crossdock/domain";
import {
  correlationOf,
  idsOfNumbers,
  invoiceSnapshotOf,
  lockInvoices,
  invoiceChangedEvent,
  orderChangedEvent,
  saveInvoices,
  traceparentOf,
  type Happening,
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

    async record(trx, items, { history, correlationId, spanOf }) {
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
      const happenings: Happening[] = [];
      for (const invoice of fresh) {
        const before = known.get(invoice.id) ?? null;
        const ids = invoice.orderNumbers.flatMap((number) => orders.get(number)?.id ?? []);
        const effects: OrderEffect[] = [];
        const snapshot = invoiceSnapshotOf(invoice);
        if (snapshot !== null && before?.status !== invoice.status) {
          const stamp = { at: invoice.modifiedAt, source: finance.name };
          const event = { kind: "invoiceChanged", invoice: snapshot, ...stamp } as const;
          effects.push(...ids.map((orderId) => ({ orderId, event })));
        }
        const change = history ? null : invoiceChangeOf(before, invoice);
        const its = invoice.orderNumbers.map((number) => orders.get(number));
        const isNews = !history && (change !== null || effects.length > 0);
        const trace = {
          correlationId: correlationOf(its) ?? correlationId,
          causationId: null,
          traceparent: isNews ? (spanOf?.(invoice, traceparentOf(its)) ?? null) : null,
        };
        if (change === null) {
          happenings.push({ effects, also: [], trace });
          continue;
        }
        const { id: invoiceId, number: invoiceNumber, status, customerNumber } = invoice;
        const orderNumbers = [...invoice.orderNumbers];
        const event = invoiceChangedEvent({
          invoiceId,
          invoiceNumber,
          change,
          status,
          orderNumbers,
          orderIds: ids,
          customerNumber,
          at: invoice.modifiedAt,
        });
        happenings.push({ effects, also: [event], trace });
      }
      const now = clock.now();
      const billed = await saveInvoices(trx, fresh, now);
      if (!history) {
        const also = billed.map((order) => orderChangedEvent(order, "INVOICED", now));
        happenings.push({ effects: [], also, trace: { correlationId, causationId: null } });
      }
      await process.applyAll(trx, happenings);
    },
  };
}
