import {
  parseCustomerNumber,
  parseInvoiceId,
  parseInvoiceNumber,
  type Invoice,
  type InvoiceId,
  type InvoiceNumber,
} from "@crossdock/domain";
import {
  bulkReadContract,
  creditMemoWriterContract,
  invoiceWriterContract,
  paymentWriterContract,
} from "@crossdock/source-contract/testing";
import { openBooks, type OpenBooks } from "./testing/books.ts";
import { draftOf, openCredits, openPayments } from "./testing/drafts.ts";

let books: OpenBooks;
beforeAll(async () => {
  books = await openBooks();
});
afterAll(() => books.close());
afterEach(() => books.clearFaults());

const numbers = ["SO-0000001-1", "SO-0000002-1", "SO-0000003-1"].map(parseInvoiceNumber);

bulkReadContract<InvoiceNumber, Invoice>("Xero's readInvoicesByNumber", () =>
  Promise.resolve({
    read: books.system.invoices.readInvoicesByNumber,
    known: three(numbers),
    unknown: parseInvoiceNumber("SO-9999999-1"),
    keyOf: ({ number }) => number ?? parseInvoiceNumber("none"),
    calls: books.calls,
  }),
);

bulkReadContract<InvoiceId, Invoice>("Xero's readInvoices", async () => {
  const found = await books.system.invoices.readInvoicesByNumber(
    numbers,
    new AbortController().signal,
  );
  return {
    read: books.system.invoices.readInvoices,
    known: three(found.flatMap((invoice) => invoice?.id ?? [])),
    unknown: parseInvoiceId("00000000-0000-4000-a000-000000000000"),
    keyOf: ({ id }) => id,
    calls: books.calls,
  };
});

invoiceWriterContract("Xero", () =>
  Promise.resolve({
    invoices: books.system.invoices,
    draft: draftOf,
    refusedDraft: (number) => draftOf(number, { customerNumber: parseCustomerNumber("C99999") }),
    count: books.count,
    loseNextAnswer: async () => {
      await books.fault({ kind: "lostResponse", operation: "PUT Invoices" });
    },
  }),
);

let payments: ReturnType<typeof openPayments> | null = null;
paymentWriterContract("Xero", () => Promise.resolve((payments ??= openPayments(books, "SO-T7"))));

let credits: ReturnType<typeof openCredits> | null = null;
creditMemoWriterContract("Xero", () => Promise.resolve((credits ??= openCredits(books, "SO-C7"))));

function three<T>([first, second, third]: readonly T[]): readonly [T, T, T] {
  if (first === undefined || second === undefined || third === undefined) {
    throw new Error("The sandbox has no three invoices.");
  }
  return [first, second, third];
}
