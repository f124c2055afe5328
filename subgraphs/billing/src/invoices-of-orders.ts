import { invoiceNumberOf, type InvoiceNumber } from "@crossdock/domain";
import type { InvoiceRecord, OrderRecord } from "@crossdock/processes";
import { isLoaded, type BatchLoader } from "@crossdock/subgraph-kit";
import type { BillingDeps } from "./deps.ts";
import { hasLeft } from "./has-left.ts";
import type { InvoiceView } from "./models.ts";

/**
 * The bills of orders: those that our process asked for and those that finance's feed has told of. While the book
 * follows finance, it is told as the book has it; finance is asked only for a bill that was just made.
 *
 * Else each is told as finance has it, read by number, in one call for all orders. An order that was shipped and has no
 * bill that we know of, is then tried under the number that its first bill would have.
 * @param options.viewOf shows a record of a book that follows finance; `null`: it does not
 * @returns per order, in key order, its invoices by number; an error where finance does not answer
 * and the book does not know
 */
export async function readInvoicesOfOrders(
  orders: readonly OrderRecord[],
  {
    deps: { invoiceBook, finance },
    invoiceByNumber,
    viewOf,
  }: {
    readonly deps: Pick<BillingDeps, "invoiceBook" | "finance">;
    readonly invoiceByNumber: BatchLoader<InvoiceNumber, InvoiceView>;
    readonly viewOf: ((record: InvoiceRecord) => Promise<InvoiceView | null>) | null;
  },
): Promise<readonly (readonly InvoiceView[] | Error)[]> {
  const numbers = orders.flatMap(({ number }) => (number === null ? [] : [number]));
  const inBook = numbers.length === 0 ? [] : await invoiceBook.readInvoicesOfOrders(numbers);
  const recordsOf = new Map(numbers.map((number, at) => [number, inBook[at] ?? []]));

  const invoicesOf = async (order: OrderRecord): Promise<readonly InvoiceView[] | Error> => {
    if (order.number === null) return [];
    const records = recordsOf.get(order.number) ?? [];
    const [found, followed] = await Promise.all([
      Promise.all(
        numbersToRead(order, records, viewOf !== null).map((number) =>
          invoiceByNumber.load(number).catch((error: unknown) => asError(error)),
        ),
      ),
      viewOf === null ? null : Promise.all(records.map(viewOf)),
    ]);
    const failed = found.find((answer) => answer instanceof Error);
    if (failed !== undefined) return failed;
    const live = found.filter(isLoaded);
    const { number } = order;
    const current = live.filter((invoice) => invoice.orderNumbers.includes(number));
    const inBook = followed?.filter(isLoaded) ?? onlyInBook(records, live, finance.name);
    return [...current, ...inBook].sort(byNumber);
  };
  return Promise.all(orders.map(invoicesOf));
}

function numbersToRead(
  { number, state, status }: OrderRecord,
  records: readonly InvoiceRecord[],
  isBookFollowing: boolean,
): readonly InvoiceNumber[] {
  const made = (state?.invoices ?? []).filter(({ id }) => id !== null);
  const ofProcess = made.map((invoice) => invoice.number);
  const inBook = records.flatMap(({ invoice }) =>
    invoice.number === null ? [] : [invoice.number],
  );
  if (isBookFollowing) return ofProcess.filter((one) => !inBook.includes(one));
  const known = [...ofProcess, ...inBook];
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
