import { parseDecimal } from "./decimal.ts";
import {
  creditedBefore,
  judgeCredit,
  type CreditedBefore,
  type CreditedQuantity,
} from "./credit-memo.ts";
import type { Invoice, InvoiceStatus } from "./invoice.ts";
import { parseUomCode } from "./quantity.ts";
import { creditMemoOf, invoiceOf, money } from "./testing/invoices.ts";

const EA = parseUomCode("EA");
const line = (lineNumber: number, quantity: string, price: string, total: string) => ({
  lineNumber,
  description: `Item ${String(lineNumber)}`,
  sku: null,
  orderLine: null,
  quantity: { value: parseDecimal(quantity), uom: EA },
  unitPrice: money(price),
  lineTotal: money(total),
});
/** 12 at 1.0375, and 4 at 10.00 less a tenth; 10 % tax. */
const bill = invoiceOf({
  lines: [line(1, "12", "1.0375", "12.45"), line(2, "4", "10", "36.00")],
  subtotal: money("48.45"),
  tax: money("4.85"),
  total: money("53.30"),
});
const NOTHING: CreditedBefore = { lines: [], total: parseDecimal("0") };
const of = (lineNumber: number, quantity: string): CreditedQuantity => ({
  lineNumber,
  quantity: parseDecimal(quantity),
});
const before = (total: string, ...lines: CreditedQuantity[]): CreditedBefore => ({
  lines,
  total: parseDecimal(total),
});
const byLines = (lines: CreditedQuantity[], credited = NOTHING, invoice: Invoice = bill) =>
  judgeCredit({ lines, amount: null }, invoice, credited);
const byAmount = (amount: string, credited = NOTHING, invoice: Invoice = bill) =>
  judgeCredit({ lines: null, amount: parseDecimal(amount) }, invoice, credited);
const codes = (judged: ReturnType<typeof judgeCredit>) =>
  judged.kind === "refused" ? judged.userErrors.map(({ code, field }) => [code, field]) : judged;

test("lines are credited at the price that was billed, with the tax in proportion", () => {
  expect(byLines([of(1, "2"), of(2, "1")])).toEqual({
    kind: "credited",
    isTaxIncluded: false,
    lines: [
      {
        description: "Item 1",
        sku: null,
        quantity: { value: "2", uom: EA },
        unitPrice: money("1.0375"),
      },
      {
        description: "Item 2",
        sku: null,
        quantity: { value: "1", uom: EA },
        unitPrice: { amount: "9.0000", currency: "USD" },
      },
    ],
    total: { amount: "12.19", currency: "USD" },
  });
});

test("all lines together credit the whole invoice", () => {
  expect(byLines([of(1, "12"), of(2, "4")])).toMatchObject({
    kind: "credited",
    total: { amount: "53.30" },
  });
});

test("an amount is credited as it is, tax in it, up to what is not credited yet", () => {
  expect(byAmount("53.30")).toMatchObject({
    kind: "credited",
    isTaxIncluded: true,
    lines: [{ description: "Credit on invoice SO-1000-1", unitPrice: { amount: "53.3" } }],
    total: { amount: "53.3" },
  });
  expect(codes(byAmount("53.31"))).toEqual([["EXCEEDS_BALANCE", ["amount"]]]);
  expect(codes(byAmount("33.31", before("20")))).toEqual([["EXCEEDS_BALANCE", ["amount"]]]);
  expect(byAmount("33.30", before("20")).kind).toBe("credited");
});

test.each(["0", "-1", "0.001"])("an amount of %s is none", (amount) => {
  expect(codes(byAmount(amount))).toEqual([["INVALID_VALUE", ["amount"]]]);
});

test("no more of a line is credited than was billed, however many credits it takes", () => {
  expect(codes(byLines([of(1, "12.0001")]))).toEqual([
    ["INVALID_QUANTITY", ["lines", "0", "quantity"]],
  ]);
  const earlier = before("11.41", of(1, "5"), of(1, "5"));
  expect(codes(byLines([of(2, "1"), of(1, "3")], earlier))).toEqual([
    ["INVALID_QUANTITY", ["lines", "1", "quantity"]],
  ]);
  expect(byLines([of(1, "2")], earlier).kind).toBe("credited");
});

test("what was credited as an amount leaves less for the lines", () => {
  expect(codes(byLines([of(2, "4")], before("20")))).toEqual([["EXCEEDS_BALANCE", ["lines"]]]);
});

test.each(["0", "-1", "1.00001"])("a quantity of %s is none", (quantity) => {
  expect(codes(byLines([of(1, quantity)]))).toEqual([
    ["INVALID_QUANTITY", ["lines", "0", "quantity"]],
  ]);
});

test("a line that is not there, or there twice, is refused by its place", () => {
  expect(codes(byLines([of(1, "1"), of(3, "1"), of(1, "1")]))).toEqual([
    ["UNKNOWN_LINE", ["lines", "1", "lineNumber"]],
    ["INVALID_VALUE", ["lines", "2", "lineNumber"]],
  ]);
});

test("exactly one of lines and amount is given, and lines are not too many", () => {
  const both = judgeCredit({ lines: [of(1, "1")], amount: parseDecimal("1") }, bill, NOTHING);
  const neither = judgeCredit({ lines: null, amount: null }, bill, NOTHING);
  for (const judged of [both, neither]) {
    expect(codes(judged)).toEqual([["INVALID_VALUE", ["lines"]]]);
  }
  expect(codes(byLines([]))).toEqual([["INVALID_VALUE", ["lines"]]]);
  const many = Array.from({ length: 201 }, (_, at) => of(at + 1, "1"));
  expect(codes(byLines(many))).toEqual([["TOO_MANY_LINES", ["lines"]]]);
});

test("what cost nothing has nothing to be credited", () => {
  const gift = invoiceOf({ lines: [line(1, "1", "0", "0")], total: money("10.80") });
  expect(codes(byLines([of(1, "1")], NOTHING, gift))).toEqual([["INVALID_VALUE", ["lines"]]]);
});

test("credits that a clerk gave in finance count too, and ours only once", () => {
  const ours = [{ number: "SO-1000-1-CM1", total: money("10"), lines: [of(1, "5")] }];
  const memo = (number: string | null, amount: string) => ({ ...creditMemoOf(amount), number });
  const creditMemos = [memo("SO-1000-1-CM1", "6"), memo("CN-0007", "3"), memo(null, "1")];
  expect(creditedBefore({ creditMemos }, ours)).toEqual({ lines: [of(1, "5")], total: "14" });
});

test.each<InvoiceStatus>(["DRAFT", "VOID", "CREDITED"])(
  "a %s invoice takes no credit",
  (status) => {
    expect(codes(byAmount("1", NOTHING, { ...bill, status }))).toEqual([
      ["INVOICE_NOT_OPEN", ["invoiceId"]],
    ]);
  },
);

test("a paid invoice takes credit", () => {
  expect(byAmount("1", NOTHING, { ...bill, status: "PAID" }).kind).toBe("credited");
});
