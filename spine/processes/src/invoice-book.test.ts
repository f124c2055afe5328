import {
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseLocalDate,
  type Invoice,
  type InvoiceId,
} from "@crossdock/domain";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import type { InvoiceQuery } from "./invoice-book.ts";
import { createInvoiceBook, saveInvoices } from "./invoice-book-postgres.ts";

const SEEN_AT = parseInstant("2026-11-21T10:00:00Z");
let opened: TestLedger;

beforeAll(async () => {
  opened = await openTestLedger();
  const invoices = [
    invoiceOf("DRAFT-LATE", "DRAFT", { dueOn: "2026-11-01" }),
    invoiceOf("VOID-LATE", "VOID", { dueOn: "2026-11-01" }),
    invoiceOf("POSTED-LATE", "POSTED", { dueOn: "2026-11-20" }),
    invoiceOf("PART-LATE", "PARTIALLY_PAID", { dueOn: "2026-11-20" }),
    invoiceOf("TOLD-LATE", "OVERDUE", { dueOn: "2026-11-20" }),
    invoiceOf("DUE-TODAY", "POSTED", { dueOn: "2026-11-21" }),
    invoiceOf("PAID", "PAID", { dueOn: "2026-11-01", balance: "0" }),
    invoiceOf("NO-DATE", "POSTED", { dueOn: null }),
  ];
  await opened.ledger.transaction((trx) => saveInvoices(trx, invoices, SEEN_AT));
}, 60_000);
afterAll(() => opened.close());

const LATE = ["PART-LATE", "POSTED-LATE", "TOLD-LATE"];

test.each<[string, Partial<InvoiceQuery>, readonly string[]]>([
  ["overdue is what was posted, is open and was due before today", { overdue: true }, LATE],
  [
    "not overdue is everything else",
    { overdue: false },
    ["DRAFT-LATE", "DUE-TODAY", "NO-DATE", "PAID", "VOID-LATE"],
  ],
  ["the status OVERDUE follows the calendar", { statuses: ["OVERDUE"] }, LATE],
  ["what is overdue is not POSTED too", { statuses: ["POSTED"] }, ["DUE-TODAY", "NO-DATE"]],
  ["no status is none", { statuses: [] }, []],
])("%s", async (_fact, filter, expected) => {
  const book = createInvoiceBook(opened.ledger);
  const query = { visibleTo: "all", first: 100, after: null, ...filter } as const;
  const asked = { ...query, today: parseLocalDate("2026-11-21") };
  const { rows } = await book.listInvoices(asked);
  expect(rows.map(({ record }) => record.invoice.id).sort()).toEqual(expected);
  expect(await book.countInvoices(asked, 100)).toBe(expected.length);
  expect(await book.countInvoices(asked, 2)).toBe(Math.min(2, expected.length));
});

function invoiceOf(
  id: string,
  status: Invoice["status"],
  { dueOn, balance = "10" }: { readonly dueOn: string | null; readonly balance?: string },
): Invoice {
  const amount = (text: string) => ({
    amount: parseDecimal(text),
    currency: parseCurrencyCode("USD"),
  });
  return {
    id: id as InvoiceId,
    number: null,
    customerNumber: parseCustomerNumber("C10010"),
    orderNumbers: [],
    status,
    issuedOn: parseLocalDate("2026-10-01"),
    dueOn: dueOn === null ? null : parseLocalDate(dueOn),
    lines: [],
    subtotal: amount("10"),
    tax: amount("0"),
    freight: null,
    total: amount("10"),
    balance: amount(balance),
    payments: [],
    creditMemos: [],
    modifiedAt: SEEN_AT,
  };
}
