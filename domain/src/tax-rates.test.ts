import type { InvoiceDraft } from "./invoice.ts";
import { money } from "./testing/invoices.ts";
import { five, orderOfFive } from "./testing/orders.ts";
import { estimateTax, jurisdictionOf, ratesOf } from "./tax-rates.ts";

const [line] = orderOfFive.lines;
if (line === undefined) throw new Error("There is no line to go by.");
const billed = (lineNumber: number, price: string) => ({
  orderLineNumber: lineNumber,
  sku: line.sku,
  description: line.description,
  quantity: five,
  unitPrice: money(price),
});
type Billed = Pick<InvoiceDraft, "lines" | "freight" | "currency">;
const { currency } = orderOfFive;
const bill: Billed = {
  currency,
  lines: [billed(1, "2.00"), billed(2, "4.00")],
  freight: { amount: money("10.00"), tax: null },
};
const told = {
  lines: [
    { lineNumber: 1, tax: money("0.80") },
    { lineNumber: 2, tax: money("1.60") },
  ],
  freightTax: money("0.50"),
  total: money("2.90"),
};

test("a bill is estimated by the rates of the one before it, to the cent", () => {
  const rates = ratesOf(bill, told);
  expect(rates).toEqual({ goods: "0.080000", freight: "0.050000" });
  if (rates === null) return;
  const next = { ...bill, lines: [billed(7, "1.11")] };
  expect(estimateTax(next, rates)).toEqual({
    lines: [{ lineNumber: 7, tax: money("0.44") }],
    freightTax: { ...money("0"), amount: "0.50" },
    total: money("0.94"),
    isEstimate: true,
  });
});

test("freight goes as the goods do where none was billed, and what is exempt stays so", () => {
  const { freight: _freight, ...withoutFreight } = bill;
  expect(ratesOf(withoutFreight, told)).toEqual({ goods: "0.080000", freight: "0.080000" });
  const nothing = told.lines.map((each) => ({ ...each, tax: money("0.00") }));
  const exempt = { lines: nothing, freightTax: money("0.00"), total: money("0.00") };
  expect(ratesOf(bill, exempt)).toEqual({ goods: "0", freight: "0" });
});

test("an estimate is no rate, and neither is a bill of nothing, or one whose tax was left to finance", () => {
  expect(ratesOf(bill, { ...told, isEstimate: true })).toBeNull();
  expect(ratesOf({ ...bill, lines: [billed(1, "0")] }, told)).toBeNull();
  expect(ratesOf(bill, { ...told, lines: [] })).toBeNull();
});

test("where tax is due goes by country, region and postal code, however they are written", () => {
  const shipTo = { ...orderOfFive.shipTo, region: " oh", postalCode: "44114" };
  expect(jurisdictionOf(shipTo)).toBe("US OH 44114");
  expect(jurisdictionOf(orderOfFive.shipTo)).toBe("US  CLEVELAND");
});
