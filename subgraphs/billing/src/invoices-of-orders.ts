import { invoiceNumberOf, type InvoiceNumber } from "@crossdock/domain";
import type { InvoiceRecord, OrderRecord } from "@crossdock/processes";
import { isLoaded, type BatchLoader } from "@crossdock/subgraph-kit";
import type { BillingDeps } from "./deps.ts";
import { hasLeft } from "./has-left.ts";
import type { InvoiceView } from "./models.ts";

/**
 * The bills of orders: those that our process asked for and those that finance's feed has told of,
 * each as finance has it now. The bills are read by number, in one call for all orders.
 *
 * An order that was shipped and has no bill that we know of, is tried under the number that its
 * first bill would have.
 * @returns per order, in key order, its invoices by number; an error where finance does not answer
 * and the book does not know
 */
export async function readInvoicesOfOrders(
  orders: readonly OrderRecord[],
  {
    deps: { invoiceBook, finance },
    invoiceByNumber,
  }: {
    readonly deps: Pick<BillingDeps, "invoiceBook" | "finance">;
    readonly invoiceByNumber: BatchLoader<InvoiceNumber, InvoiceView>;
  },
): Promise<readonly (readonly InvoiceView[] | Error)[]> {
  const numbers = orders.flatMap(({ number }) => (number === null ? [] : [number]));
  const inBook = numbers.length === 0 ? [] : await invoiceBook.readInvoicesOfOrders(numbers);
  const recordsOf = new Map(numbers.map((number, at) => [number, inBook[at] ?? []]));

  const invoicesOf = async (order: OrderRecord): Promise<readonly InvoiceView[] | Error> => {
    if (order.number === null) return [];
    const records = recordsOf.get(order.number) ?? [];
    const found = await Promise.all(
      numbersToRead(order, records).map((number) =>
        invoiceByNumber.load(number).catch((error: unknown) => asError(error)),
      ),
    );
    const failed = found.find((answer) => answer instanceof Error);
    if (failed !== undefined) return failed;
    const live = found.filter(isLoaded);
    const { number } = order;
    const current = live.filter((invoice) => invoice.orderNumbers.includes(number));
    return [...current, ...onlyInBook(records, live, finance.name)].sort(byNumber);
  };
  return Promise.all(orders.map(invoicesOf));
}

function numbersToRead(
  { number, state, status }: OrderRecord,
  records: readonly InvoiceRecord[],
): readonly InvoiceNumber[] {
  const ofProcess = (state?.invoices ?? []).filter(({ id }) => id !== null);
  const known = [
    ...ofProcess.map((invoice) => invoice.number),
    ...records.flatMap(({ invoice }) => (invoice.number === null ? [] : [invoice.number])),
  ];
  if (known.length > 0) return [...new Set(known)];
  return number !== null && hasLeft(status) ? [invoiceNumberOf(number, 1)] : [];
}

/** What finance does not find by number: drafts that have none, and what it has dropped since. */
function onlyInBook(
  records: readonly InvoiceRecord[],
  live: readonly InvoiceView[],
  source: string,
): readonly InvoiceView[] {
  return records
    .filter(({ invoice }) => !live.some(({ id }) => id === invoice.id))
    .map(({ invoice, seenAt }) => ({
      ...invoice,
      provenance: { source, asOf: seenAt, freshness: "STALE" },
    }));
}

function byNumber(left: InvoiceView, right: InvoiceView): number {
  const [a, b] = [left.number ?? "", right.number ?? ""];
  return a.localeCompare(b, "en", { numeric: true });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
