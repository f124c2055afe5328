import type { CustomerNumber, InvoiceId, OrderId } from "@crossdock/domain";
import type { InvoiceScope } from "@crossdock/processes";
import { pageOf, type Snapshot } from "@crossdock/subgraph-kit";
import type { Context } from "./context.ts";
import type { InvoiceEventView } from "./models.ts";

export type InvoicesAsked = {
  readonly accounts: readonly CustomerNumber[] | "all";
  /** Those that bill something of one of these; `null`: all. */
  readonly orders: readonly OrderId[] | null;
};

/** Invoices as the book has them, for a stream that begins with them. Finance is not asked. */
export function invoicesNow(
  { accounts, orders }: InvoicesAsked,
  context: Context,
): Snapshot<{ readonly invoiceChanged: InvoiceEventView }> {
  const { invoiceBook, clock } = context.deps;
  let scope: Promise<InvoiceScope> | null = null;

  /** An order without a number has no invoice yet: its first one comes as an event. */
  async function readScope(): Promise<InvoiceScope> {
    const { orderById } = context.loaders;
    const found = orders && (await Promise.all(orders.map((id) => orderById.load(id))));
    return {
      customerNumbers: accounts,
      ...(found !== null && { orderNumbers: found.flatMap((order) => order?.number ?? []) }),
    };
  }

  return {
    book: "invoices",
    count: async (atMost) => invoiceBook.countScope(await (scope ??= readScope()), atMost),
    readPage: async (after, first) => {
      const page = { after: after as InvoiceId | null, first };
      const records = await invoiceBook.walkInvoices(await (scope ??= readScope()), page);
      const occurredAt = clock.now();
      return pageOf(records, first, (record) => {
        const invoiceId = record.invoice.id;
        context.loaders.remember(record);
        return {
          key: invoiceId,
          payload: (cursor) => ({
            invoiceChanged: { cursor, type: "SNAPSHOT", occurredAt, invoiceId },
          }),
        };
      });
    },
  };
}
