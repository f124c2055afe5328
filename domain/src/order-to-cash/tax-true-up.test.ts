import { PLAIN_TERMS, type CalculatedTax } from "../bill.ts";
import { parseDecimal } from "../decimal.ts";
import { parseInvoiceId, parseOrderId, parseOrderNumber, parseShipmentId } from "../identifiers.ts";
import type { OrderState } from "../order-state.ts";
import { money } from "../testing/invoices.ts";
import { at, five, ORDER_KEY, orderOfFive } from "../testing/orders.ts";
import type { OrderToCashEvent } from "./events.ts";
import { openOrder, orderToCash } from "./order-to-cash.ts";

const NUMBER = "SO-1-1" as never;
const stamp = { at: at(5), source: "test" };
const taxOf = (total: string): CalculatedTax => ({
  lines: [{ lineNumber: 1, tax: money(total) }],
  freightTax: money("0.00"),
  total: money(total),
});
const estimated: OrderToCashEvent = {
  kind: "taxCalculated",
  number: NUMBER,
  tax: { ...taxOf("1.00"), isEstimate: true },
  ...stamp,
};
const due = (total: string): OrderToCashEvent => {
  return { kind: "taxTruedUp", number: NUMBER, tax: taxOf(total), ...stamp };
};
const bill = (status: "POSTED" | "VOID"): OrderToCashEvent => ({
  kind: "invoiceChanged",
  invoice: { number: NUMBER, id: parseInvoiceId("F-1"), status, total: money("13.50") },
  ...stamp,
});
const settled: OrderToCashEvent = {
  kind: "taxSettled",
  number: NUMBER,
  documentNumber: "SO-1-1-TAX",
  ...stamp,
};

function play(...events: readonly OrderToCashEvent[]) {
  const shipment = {
    id: parseShipmentId("901"),
    number: "901",
    status: "SHIPPED",
    release: 1,
    problem: null,
    milestones: [],
    lines: [{ lineNumber: 1, quantity: five }],
  } as const;
  const told: readonly OrderToCashEvent[] = [
    { kind: "orderCreated", number: parseOrderNumber("SO-1"), ...stamp },
    { kind: "shipmentProgressed", shipment, ...stamp },
    ...events,
  ];
  const commands: string[] = [];
  const opened = openOrder(parseOrderId(ORDER_KEY), orderOfFive, "submit").state;
  const terms = { ...PLAIN_TERMS, tax: "SOURCE", taxTolerance: parseDecimal("0.02") } as const;
  const state = told.reduce<OrderState>(
    (before, event) => {
      const result = orderToCash(before, event);
      commands.push(...result.commands.map(({ step }) => step));
      return result.state;
    },
    { ...opened, billing: terms },
  );
  const trueUp = state.invoices[0]?.tax?.trueUp;
  return { trueUp, commands: commands.filter((step) => /tax/.test(step)) };
}

const ASKED = ["tax-901", "true-up-tax-901"];

test("a bill that went out with an estimate is calculated, and what it was wrong by is settled once", () => {
  const { trueUp, commands } = play(estimated, bill("POSTED"), due("1.25"), due("9.99"));
  expect(commands).toEqual([...ASKED, "settle-tax-901"]);
  expect(trueUp?.settlement).toMatchObject({ difference: money("0.25"), documentNumber: null });
  const done = play(estimated, bill("POSTED"), due("0.60"), settled, settled, bill("POSTED"));
  expect(done.commands).toEqual([...ASKED, "settle-tax-901"]);
  expect(done.trueUp?.settlement).toMatchObject({
    difference: money("-0.40"),
    documentNumber: "SO-1-1-TAX",
  });
});

test.each(["1.02", "0.98", "1.00"])("a tax of %s where 1.00 was billed is let be", (total) => {
  expect(play(estimated, bill("POSTED"), due(total)).commands).toEqual(ASKED);
});

test("what the tax source said itself is not asked for again", () => {
  const said: OrderToCashEvent = {
    kind: "taxCalculated",
    number: NUMBER,
    tax: taxOf("1"),
    ...stamp,
  };
  expect(play(said, bill("POSTED"), due("9.00")).commands).toEqual(["tax-901"]);
});

test("nothing is settled before finance has the bill, and nothing of one that is void: its tax is taken back", () => {
  expect(play(estimated, due("1.25")).commands).toEqual(ASKED);
  expect(play(estimated, due("1.25"), bill("POSTED")).commands).toEqual([
    ...ASKED,
    "settle-tax-901",
  ]);
  expect(play(estimated, bill("VOID")).commands).toEqual(ASKED);
  expect(play(estimated, bill("VOID"), due("1.25")).commands).toEqual([...ASKED, "void-tax-901"]);
});
