import { invoiceChangeOf } from "./invoice-changes.ts";
import { parseDecimal } from "./decimal.ts";
import type { Invoice } from "./invoice.ts";
import { creditMemoOf, invoiceOf, paymentOf } from "./testing/invoices.ts";

const posted = invoiceOf({});
const paid = (...amounts: string[]): Partial<Invoice> => ({ payments: amounts.map(paymentOf) });
const credited = (...amounts: string[]): Partial<Invoice> => ({
  creditMemos: amounts.map(creditMemoOf),
});

test("a bill that is seen for the first time is told by its status, a draft not at all", () => {
  expect(invoiceChangeOf(null, posted)).toBe("ISSUED");
  expect(invoiceChangeOf(null, invoiceOf({ status: "PAID", ...paid("10.80") }))).toBe("PAID");
  expect(invoiceChangeOf(null, invoiceOf({ status: "DRAFT" }))).toBeNull();
});

test("a bill that was touched and means the same is no news", () => {
  const touched = { ...posted, balance: { ...posted.balance, amount: parseDecimal("10.800") } };
  expect(invoiceChangeOf(posted, touched)).toBeNull();
});

test("each part payment is told, also of a bill that stays overdue", () => {
  const first = invoiceOf({ status: "PARTIALLY_PAID", ...paid("1") });
  expect(invoiceChangeOf(posted, first)).toBe("PARTIALLY_PAID");
  const second = { ...first, ...paid("1", "2") };
  expect(invoiceChangeOf(first, second)).toBe("PARTIALLY_PAID");
  const late = invoiceOf({ status: "OVERDUE" });
  expect(invoiceChangeOf(late, { ...late, ...paid("1") })).toBe("PARTIALLY_PAID");
  expect(invoiceChangeOf(posted, { ...late, ...paid("1") })).toBe("PARTIALLY_PAID");
});

test("the last payment makes it PAID, and nothing else", () => {
  const part = invoiceOf({ status: "PARTIALLY_PAID", ...paid("1") });
  expect(invoiceChangeOf(part, invoiceOf({ status: "PAID", ...paid("1", "9.80") }))).toBe("PAID");
});

test("credit is told, whether a part or all", () => {
  expect(invoiceChangeOf(posted, { ...posted, ...credited("2") })).toBe("CREDITED");
  const whole = invoiceOf({ status: "CREDITED", ...credited("10.80") });
  expect(invoiceChangeOf(posted, whole)).toBe("CREDITED");
});

test("a payment that was taken back is told by what the bill is then", () => {
  const part = invoiceOf({ status: "PARTIALLY_PAID", ...paid("1") });
  expect(invoiceChangeOf(invoiceOf({ status: "PAID", ...paid("1", "9.80") }), part)).toBe(
    "PARTIALLY_PAID",
  );
});
