import { parseDecimal } from "./decimal.ts";
import { checkPayment } from "./invoice-checks.ts";
import type { Invoice, InvoiceStatus } from "./invoice.ts";
import { invoiceOf, money } from "./testing/invoices.ts";
import { parseLocalDate } from "./time.ts";

const TODAY = parseLocalDate("2026-11-21");
const open = invoiceOf({ balance: money("10.80"), issuedOn: parseLocalDate("2026-11-20") });

function codes(amount: string, receivedOn = "2026-11-21", invoice: Invoice = open) {
  const payment = { amount: parseDecimal(amount), receivedOn: parseLocalDate(receivedOn) };
  return checkPayment(payment, invoice, TODAY).map(({ code, field }) => [code, field]);
}

test("a payment of a part or of all of the balance, since the invoice's date, is taken", () => {
  expect(codes("0.01")).toEqual([]);
  expect(codes("10.80", "2026-11-20")).toEqual([]);
  expect(codes("10.8")).toEqual([]);
});

test("more than the balance is refused, by one cent too", () => {
  expect(codes("10.81")).toEqual([["EXCEEDS_BALANCE", ["amount"]]]);
});

test.each(["0", "-1", "1.005"])("an amount of %s is none", (amount) => {
  expect(codes(amount)).toEqual([["INVALID_VALUE", ["amount"]]]);
});

test("a currency without decimals takes none", () => {
  const yen = invoiceOf({ balance: money("1000", "JPY") });
  expect(codes("10.5", "2026-11-21", yen)).toEqual([["INVALID_VALUE", ["amount"]]]);
  expect(codes("10", "2026-11-21", yen)).toEqual([]);
});

test("money does not come in tomorrow, nor before there was a bill", () => {
  expect(codes("1", "2026-11-22")).toEqual([["INVALID_VALUE", ["receivedOn"]]]);
  expect(codes("1", "2026-11-19")).toEqual([["INVALID_VALUE", ["receivedOn"]]]);
});

test("everything that is wrong is said at once", () => {
  expect(codes("11", "2026-11-22").map(([code]) => code)).toEqual([
    "EXCEEDS_BALANCE",
    "INVALID_VALUE",
  ]);
});

test.each<InvoiceStatus>(["DRAFT", "PAID", "CREDITED", "VOID"])(
  "a %s invoice takes no payment",
  (status) => {
    const closed = invoiceOf({ status });
    expect(codes("1", "2026-11-21", closed)).toEqual([["INVOICE_NOT_OPEN", ["invoiceId"]]]);
  },
);

test.each<InvoiceStatus>(["POSTED", "PARTIALLY_PAID", "OVERDUE", "DISPUTED"])(
  "a %s invoice takes a payment",
  (status) => {
    expect(codes("1", "2026-11-21", invoiceOf({ status }))).toEqual([]);
  },
);
