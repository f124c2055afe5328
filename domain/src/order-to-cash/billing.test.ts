import type { BillingTerms } from "../bill.ts";
import { parseDecimal } from "../decimal.ts";
import type { InvoiceNumber, OrderId, OrderKey, OrderNumber } from "../identifiers.ts";
import {
  parseCustomerNumber,
  parseInvoiceId,
  parseShipmentId,
  parseSku,
  parseWarehouseCode,
} from "../identifiers.ts";
import { invoiceDraftOf } from "../invoice-draft.ts";
import { addMoney } from "../money.ts";
import { money } from "../testing/invoices.ts";
import type { OrderDraft } from "../order.ts";
import type { OrderState } from "../order-state.ts";
import { parseUomCode, quantity } from "../quantity.ts";
import type { ShipmentStatus } from "../shipment.ts";
import { parseLocalDate, type Instant } from "../time.ts";
import { billBlockersOf, billExceptionsOf } from "./bill-exceptions.ts";
import type { OrderToCashEvent } from "./events.ts";
import { openOrder, orderToCash } from "./order-to-cash.ts";

const EA = parseUomCode("EA");
const number = "SO-0005001" as OrderNumber;
const FIRST = "SO-0005001-1" as InvoiceNumber;
const SECOND = "SO-0005001-2" as InvoiceNumber;
const PLAIN: BillingTerms = {
  tax: "FINANCE",
  freight: "IN_PRICES",
  priceTolerance: parseDecimal("0.01"),
  freightTolerance: parseDecimal("0.1"),
};
const TAXED: BillingTerms = { ...PLAIN, tax: "SOURCE" };
const ALL: BillingTerms = { ...TAXED, freight: "BILLED" };

function at(second: number): Instant {
  return new Date(Date.UTC(2026, 10, 21, 8, 0, second)).toISOString() as Instant;
}

/** Ten bolts at 2.50 and ten nuts at 1.00. */
const draft: OrderDraft = {
  key: "7K3QF9M2ZT" as OrderKey,
  customerNumber: parseCustomerNumber("C10010"),
  customerReference: null,
  channel: "PORTAL",
  currency: money("0").currency,
  placedAt: at(0),
  requestedDeliveryOn: null,
  shipTo: {
    name: null,
    lines: ["1 Mill Street"],
    city: "Cleveland",
    region: "OH",
    postalCode: "44114",
    country: "US",
  },
  warehouse: parseWarehouseCode("EAST"),
  lines: [
    { sku: "NG-10001", price: "2.50" },
    { sku: "NG-10002", price: "1.00" },
  ].map(({ sku, price }, index) => ({
    lineNumber: index + 1,
    sku: parseSku(sku),
    description: sku,
    ordered: quantity(parseDecimal("10"), EA),
    orderedBase: quantity(parseDecimal("10"), EA),
    unitPrice: money(price),
    priceBasis: "CONTRACT",
  })),
};

const created: OrderToCashEvent = { kind: "orderCreated", number, at: at(1), source: "erp" };

function shipped(
  id: string,
  lines: Readonly<Record<number, string>>,
  status: ShipmentStatus = "SHIPPED",
): OrderToCashEvent {
  const goods = Object.entries(lines).map(([lineNumber, count]) => ({
    lineNumber: Number(lineNumber),
    quantity: quantity(parseDecimal(count), EA),
  }));
  const shipment = {
    id: parseShipmentId(id),
    number: id,
    status,
    lines: goods,
    problem: status === "EXCEPTION" ? "Lost a box." : null,
    milestones: [],
  };
  return { kind: "shipmentProgressed", shipment, at: at(3), source: "wms" };
}

function priced(...prices: readonly [number, string][]): OrderToCashEvent {
  const lines = prices.map(([lineNumber, price]) => ({ lineNumber, unitPrice: money(price) }));
  return { kind: "orderPriced", prices: lines, at: at(4), source: "erp" };
}

function taxed(bill: InvoiceNumber, tax: string, freightTax = "0"): OrderToCashEvent {
  const known = {
    lines: [{ lineNumber: 1, tax: money(tax) }],
    freightTax: money(freightTax),
    total: addMoney(money(tax), money(freightTax)),
  };
  return { kind: "taxCalculated", number: bill, tax: known, at: at(5), source: "tax" };
}

function freight(charged: string, quoted: string | null = charged): OrderToCashEvent {
  return {
    kind: "freightKnown",
    number: FIRST,
    quoted: quoted === null ? null : money(quoted),
    charged: money(charged),
    at: at(6),
    source: "carrier",
  };
}

function play(terms: BillingTerms | undefined, events: readonly OrderToCashEvent[]) {
  const opened = openOrder("7K3QF9M2ZT" as OrderId, draft).state;
  let state: OrderState = terms === undefined ? opened : { ...opened, billing: terms };
  const commands: string[] = [];
  for (const event of events) {
    const result = orderToCash(state, event);
    state = result.state;
    commands.push(...result.commands.map((command) => command.step));
  }
  return { state, commands: commands.filter((step) => !step.startsWith("release-")) };
}

/** What each bill waits for. */
function waits(state: OrderState): Record<string, readonly string[]> {
  return Object.fromEntries(
    state.invoices.map((bill) => [
      bill.number,
      bill.conditions.filter(({ met }) => !met).map(({ code }) => code),
    ]),
  );
}

test("without a tax source and with freight in the prices, what has left is billed at once", () => {
  for (const terms of [undefined, PLAIN]) {
    const { state, commands } = play(terms, [created, shipped("W1", { 1: "10", 2: "10" })]);
    expect(commands).toEqual(["invoice-W1"]);
    expect(state.invoices).toMatchObject([{ number: FIRST, requestedAt: at(3), shipmentId: "W1" }]);
    expect(waits(state)).toEqual({ [FIRST]: [] });
  }
});

test("goods that left before the ERP's answer was heard are billed when it is", () => {
  const { commands, state } = play(PLAIN, [shipped("W1", { 1: "10" }), created]);
  expect(commands).toEqual(["invoice-W1"]);
  expect(state.invoices).toHaveLength(1);
});

test("a bill waits for its tax, and is raised with it", () => {
  const ship = [created, shipped("W1", { 1: "4" })];
  const waiting = play(TAXED, ship);
  expect(waiting.commands).toEqual(["tax-W1"]);
  expect(waits(waiting.state)).toEqual({ [FIRST]: ["TAX_CALCULATED"] });
  expect(waiting.state.invoices[0]?.requestedAt).toBeNull();
  const { state, commands } = play(TAXED, [...ship, taxed(FIRST, "0.83"), taxed(FIRST, "9.99")]);
  expect(commands).toEqual(["tax-W1", "invoice-W1"]);
  expect(
    invoiceDraftOf(state, parseShipmentId("W1"), FIRST, parseLocalDate("2026-11-21"))?.lines,
  ).toMatchObject([{ orderLineNumber: 1, tax: money("0.83") }]);
});

test("freight is asked for at once, and tax when freight and price are known", () => {
  const ship = [created, shipped("W1", { 1: "4" })];
  expect(play(ALL, ship).commands).toEqual(["freight-W1"]);
  const known = play(ALL, [...ship, freight("12.40")]);
  expect(known.commands).toEqual(["freight-W1", "tax-W1"]);
  const { state, commands } = play(ALL, [...ship, freight("12.40"), taxed(FIRST, "0.83", "1.02")]);
  expect(commands).toEqual(["freight-W1", "tax-W1", "invoice-W1"]);
  const bill = invoiceDraftOf(state, parseShipmentId("W1"), FIRST, parseLocalDate("2026-11-21"));
  expect(bill?.freight).toEqual({ amount: money("12.40"), tax: money("1.02") });
});

test("a charge beyond the tolerance waits for a person, who bills the charge or what was quoted", () => {
  const ship = [created, shipped("W1", { 1: "4" })];
  expect(play(ALL, [...ship, freight("13.20", "12.00")]).commands).toContain("tax-W1");
  const beyond = [...ship, freight("13.21", "12.00")];
  const { state, commands } = play(ALL, beyond);
  expect(commands).toEqual(["freight-W1"]);
  expect(billExceptionsOf(state)).toMatchObject([{ code: "FREIGHT_VARIANCE", number: FIRST }]);
  for (const [resolution, amount] of [
    ["CORRECTED", "13.21"],
    ["IGNORED", "12.00"],
  ] as const) {
    const decided = play(ALL, [
      ...beyond,
      decide("FREIGHT_VARIANCE", resolution),
      taxed(FIRST, "0.1", "0.2"),
    ]);
    expect(decided.commands).toEqual(["freight-W1", "tax-W1", "invoice-W1"]);
    expect(billExceptionsOf(decided.state)).toEqual([]);
    const on = parseLocalDate("2026-11-21");
    const bill = invoiceDraftOf(decided.state, parseShipmentId("W1"), FIRST, on);
    expect(bill?.freight?.amount).toEqual(money(amount));
  }
});

function decide(
  code: "PRICE_DISCREPANCY" | "FREIGHT_VARIANCE" | "QUANTITY_MISMATCH",
  resolution: "CORRECTED" | "IGNORED" = "CORRECTED",
): OrderToCashEvent {
  const decision = { code, resolution, by: "anna", note: "Agreed by telephone." };
  return { kind: "billDecided", number: FIRST, decision, at: at(8), source: "crossdock" };
}

test("another price in the ERP stops the bill of that line only", () => {
  const { state, commands } = play(PLAIN, [
    created,
    priced([1, "2.60"], [2, "1.01"]),
    shipped("W1", { 1: "10" }),
    shipped("W2", { 2: "10" }),
  ]);
  expect(commands).toEqual(["invoice-W2"]);
  expect(waits(state)).toEqual({ [FIRST]: ["PRICE_CONFIRMED"], [SECOND]: [] });
  expect(billExceptionsOf(state)).toEqual([
    {
      number: FIRST,
      code: "PRICE_DISCREPANCY",
      detail: "Line 1: the ERP has 2.60 USD, the order 2.50 USD.",
    },
  ]);
  expect(billBlockersOf(state)).toEqual([
    {
      invoiceNumber: FIRST,
      shipmentId: "W1",
      code: "PRICE_CONFIRMED",
      message: `Bill ${FIRST} waits: Line 1: the ERP has 2.60 USD, the order 2.50 USD.`,
      since: at(3),
      owner: "finance",
    },
  ]);
});

test("a price that is corrected in the ERP lets the bill go, and so does a person", () => {
  const stopped = [created, priced([1, "2.60"]), shipped("W1", { 1: "10" })];
  for (const event of [priced([1, "2.50"]), decide("PRICE_DISCREPANCY")]) {
    const { state, commands } = play(PLAIN, [...stopped, event, event]);
    expect(commands).toEqual(["invoice-W1"]);
    expect(billExceptionsOf(state)).toEqual([]);
  }
});

test("nothing compares prices where the terms have no tolerance", () => {
  const events = [created, priced([1, "9"]), shipped("W1", { 1: "10" })];
  expect(play({ ...PLAIN, priceTolerance: null }, events).commands).toEqual(["invoice-W1"]);
});

test("of two shipments that are too much together, the later one waits for a person", () => {
  const over = [
    created,
    shipped("W2", { 2: "3" }),
    shipped("W1", { 1: "7" }),
    shipped("W3", { 1: "4" }),
  ];
  const { state, commands } = play(PLAIN, over);
  expect(commands).toEqual(["invoice-W2", "invoice-W1"]);
  expect(billExceptionsOf(state)).toMatchObject([
    { code: "QUANTITY_MISMATCH", detail: "Line 1: 11 EA were shipped of 10 ordered." },
  ]);
});

test("what happens to a shipment on its way stops its bill until it moves again", () => {
  const events = [
    created,
    shipped("W1", { 1: "4" }),
    shipped("W1", { 1: "4" }, "EXCEPTION"),
    taxed(FIRST, "0.83"),
  ];
  const stopped = play(TAXED, events);
  expect(stopped.commands).toEqual(["tax-W1"]);
  expect(waits(stopped.state)).toEqual({ [FIRST]: ["NO_OPEN_EXCEPTION"] });
  const moving = play(TAXED, [...events, shipped("W1", { 1: "4" }, "IN_TRANSIT")]);
  expect(moving.commands).toEqual(["tax-W1", "invoice-W1"]);
});

test("a step of one bill that fails holds that bill, and not what is billed beside it", () => {
  const failed: OrderToCashEvent = {
    kind: "stepFailed",
    step: "calculateTax",
    invoice: FIRST,
    code: "ADDRESS_UNKNOWN",
    message: "The tax source does not know the address.",
    at: at(5),
    source: "tax",
  };
  const { state, commands } = play(TAXED, [
    created,
    shipped("W1", { 1: "4" }),
    shipped("W2", { 2: "4" }),
    failed,
    taxed(SECOND, "0.3"),
  ]);
  expect(commands).toEqual(["tax-W1", "tax-W2", "invoice-W2"]);
  expect(state.holds).toMatchObject([{ code: `calculateTax-${FIRST}:ADDRESS_UNKNOWN` }]);
  const ended: OrderToCashEvent = {
    kind: "stepEnded",
    step: "calculateTax",
    invoice: FIRST,
    isDone: true,
    note: "Finance taxes it.",
    at: at(6),
    source: "crossdock",
  };
  const after = orderToCash(state, ended);
  expect(after.commands).toMatchObject([{ kind: "raiseInvoice", number: FIRST }]);
  expect(after.state.holds).toEqual([]);
  const bill = invoiceDraftOf(
    after.state,
    parseShipmentId("W1"),
    FIRST,
    parseLocalDate("2026-11-21"),
  );
  expect(bill?.lines[0]?.tax).toBeUndefined();
});

test("what was raised is not asked for again, whatever comes late", () => {
  const posted: OrderToCashEvent = {
    kind: "invoiceChanged",
    invoice: { number: FIRST, id: parseInvoiceId("I1"), status: "POSTED", total: money("10.83") },
    at: at(9),
    source: "finance",
  };
  const events = [created, shipped("W1", { 1: "4" }), taxed(FIRST, "0.83"), posted];
  const once = play(TAXED, events);
  const late = play(TAXED, [...events, ...events, priced([1, "9"]), decide("PRICE_DISCREPANCY")]);
  expect(late.commands).toEqual(once.commands);
  expect(late.state.invoices).toEqual(once.state.invoices);
  expect(billBlockersOf(late.state)).toEqual([]);
});

test("the tax of a bill that finance voids is taken back, once", () => {
  const finance = (status: "POSTED" | "VOID"): OrderToCashEvent => ({
    kind: "invoiceChanged",
    invoice: { number: FIRST, id: parseInvoiceId("I1"), status, total: money("10.83") },
    at: at(9),
    source: "finance",
  });
  const billed = [created, shipped("W1", { 1: "4" }), taxed(FIRST, "0.83"), finance("POSTED")];
  const { commands } = play(TAXED, [...billed, finance("VOID"), finance("VOID"), ...billed]);
  expect(commands).toEqual(["tax-W1", "invoice-W1", "void-tax-W1"]);
  const untaxed = [created, shipped("W1", { 1: "4" }), finance("POSTED"), finance("VOID")];
  expect(play(PLAIN, untaxed).commands).toEqual(["invoice-W1"]);
});

test("whatever comes first, the same bills are raised with the same amounts", () => {
  const events = [
    priced([1, "2.60"]),
    shipped("W1", { 1: "4" }),
    shipped("W1", { 1: "4" }, "IN_TRANSIT"),
    created,
  ];
  const ends = permutations(events).map((order) => {
    const { state, commands } = play(ALL, [
      ...order,
      freight("5"),
      priced([1, "2.50"]),
      taxed(FIRST, "0.83"),
    ]);
    const { conditions: _dated, openedAt: _opened, ...bill } = state.invoices[0] ?? {};
    return JSON.stringify({
      bill: { ...bill, freight: null, tax: null, requestedAt: null },
      commands,
    });
  });
  expect(ends).toHaveLength(24);
  expect(new Set(ends).size).toBe(1);
});

function permutations<T>(values: readonly T[]): readonly (readonly T[])[] {
  if (values.length <= 1) return [values];
  return values.flatMap((value, index) =>
    permutations(values.toSpliced(index, 1)).map((rest) => [value, ...rest]),
  );
}
