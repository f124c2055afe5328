import {
  openOrder,
  orderToCash,
  parseDecimal,
  parseInstant,
  parseInvoiceId,
  parseOrderId,
  parseShipmentId,
  parseUomCode,
  type OrderState,
  type OrderToCashEvent,
  type ShipmentStatus,
} from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import { billingReadinessOf } from "./billing-readiness.ts";
import { shipmentBillingOf } from "./shipment-billing.ts";
import { draftOf, orderNumberOf, SEEN_AT, sourceOrderOf, usd } from "./testing/documents.ts";

const at = parseInstant("2026-11-21T09:00:00Z");
const KEY = "AAAAAAAAA1";
const number = orderNumberOf(1);
const created: OrderToCashEvent = { kind: "orderCreated", at, source: "erp", number };

function shipped(quantity: string, status: ShipmentStatus = "SHIPPED", lineNumber = 1) {
  return {
    kind: "shipmentProgressed",
    at,
    source: "wms",
    shipment: {
      id: parseShipmentId(`W${quantity}`),
      number: `S${quantity}`,
      status,
      milestones: [],
      problem: null,
      lines: [{ lineNumber, quantity: { value: parseDecimal(quantity), uom: parseUomCode("EA") } }],
    },
  } satisfies OrderToCashEvent;
}

function after(...events: readonly OrderToCashEvent[]): OrderRecord {
  const opened = openOrder(parseOrderId(KEY), draftOf(KEY)).state;
  const state = events.reduce<OrderState>((now, event) => orderToCash(now, event).state, opened);
  return { ...recordOf(state), state };
}

function recordOf(state: OrderState): Omit<OrderRecord, "state"> {
  const { id, draft, status } = state;
  const { customerNumber, placedAt } = draft;
  const seen = { order: sourceOrderOf(1, customerNumber), seenAt: SEEN_AT };
  return {
    id,
    number: state.number,
    customerNumber,
    customerReference: null,
    status,
    placedAt,
    skus: [],
    source: state.number === null ? null : seen,
  };
}

/** What is not met, with the reason. */
function unmet(order: OrderRecord) {
  const { ready, conditions } = billingReadinessOf(order);
  const missing = conditions.filter(({ met }) => !met);
  expect(ready).toBe(missing.length === 0);
  expect(conditions).toHaveLength(6);
  return Object.fromEntries(missing.map(({ code, detail }) => [code, detail]));
}

test("an order that was just accepted waits for the ERP and the warehouse", () => {
  expect(unmet(after())).toEqual({
    SHIPMENT_CONFIRMED: "Nothing has left the warehouse yet.",
    PRICE_CONFIRMED: "The ERP has not accepted the order yet.",
    TAX_CALCULATED: "The ERP has not told the tax yet.",
  });
});

test("goods that are packed are not shipped", () => {
  expect(unmet(after(created, shipped("10", "PACKED")))).toEqual({
    SHIPMENT_CONFIRMED: "Nothing has left the warehouse yet.",
  });
});

test("a shipped order can be billed, also when only a part was shipped", () => {
  expect(unmet(after(created, shipped("10")))).toEqual({});
  expect(unmet(after(created, shipped("4")))).toEqual({});
});

test("more shipped than ordered, or something else, is told by line", () => {
  expect(unmet(after(created, shipped("7"), shipped("4")))).toEqual({
    QUANTITIES_RECONCILED: "SO-1001-2: Line 1: 11 EA were shipped of 10 ordered.",
  });
  expect(unmet(after(created, shipped("2", "SHIPPED", 9)))).toEqual({
    QUANTITIES_RECONCILED: "SO-1001-1: Line 9 was shipped and not ordered.",
  });
});

test("a step that waits for a person stands in the way, in its own words", () => {
  const failed: OrderToCashEvent = {
    kind: "stepFailed",
    at,
    source: "crossdock",
    step: "raiseInvoice",
    code: "PERIOD_CLOSED",
    message: "The accounting period is closed.",
  };
  expect(unmet(after(created, shipped("10"), failed))).toEqual({
    NO_OPEN_EXCEPTION: "The accounting period is closed.",
  });
});

test("what the bill of a shipment waits for, the order waits for, with the bill's number", () => {
  const terms = {
    tax: "SOURCE",
    freight: "BILLED",
    priceTolerance: parseDecimal("0"),
    freightTolerance: parseDecimal("0.1"),
  } as const;
  const before = after(created);
  if (before.state === null) throw new Error("An order of ours has a process.");
  const opened: OrderState = { ...before.state, billing: terms };
  expect(unmet({ ...before, state: opened })).toEqual({
    SHIPMENT_CONFIRMED: "Nothing has left the warehouse yet.",
    FREIGHT_KNOWN: "Freight is known when the goods have left.",
  });
  const left = orderToCash(opened, shipped("10")).state;
  expect(unmet({ ...before, state: left })).toEqual({
    FREIGHT_KNOWN: "SO-1001-1: The carrier has not told what the way costs.",
    TAX_CALCULATED: "SO-1001-1: The tax is not calculated yet.",
  });
  const [bill] = shipmentBillingOf(left, parseShipmentId("W10"));
  expect(bill).toMatchObject({
    invoiceNumber: "SO-1001-1",
    ready: false,
    openedAt: at,
    requestedAt: null,
    freight: null,
    tax: null,
  });
  expect(bill?.conditions.map(({ code, met, since }) => [code, met, since])).toEqual([
    ["SHIPMENT_CONFIRMED", true, at],
    ["QUANTITIES_RECONCILED", true, at],
    ["PRICE_CONFIRMED", true, at],
    ["FREIGHT_KNOWN", false, at],
    ["TAX_CALCULATED", false, at],
    ["NO_OPEN_EXCEPTION", true, at],
  ]);
});

test("a posted invoice says that the tax is known, before the ERP's document was read", () => {
  const order = after(created, shipped("10"));
  const [asked] = order.state?.invoices ?? [];
  if (asked === undefined) throw new Error("No invoice was asked for.");
  const unread = { ...order, source: null };
  expect(Object.keys(unmet(unread))).toEqual(["TAX_CALCULATED"]);
  const posted = after(created, shipped("10"), {
    kind: "invoiceChanged",
    at,
    source: "finance",
    invoice: {
      number: asked.number,
      id: parseInvoiceId("I1"),
      status: "POSTED",
      total: usd("27"),
    },
  });
  expect(unmet({ ...posted, source: null })).toEqual({});
});

test("an order that was born in the ERP is judged by the ERP's status and quantities", () => {
  const order = after(created);
  const line = {
    lineNumber: 1,
    sku: draftOf(KEY).lines[0]?.sku ?? ("" as never),
    description: "Bolt",
    ordered: { value: parseDecimal("1"), uom: parseUomCode("EA") },
    shipped: { value: parseDecimal("2"), uom: parseUomCode("EA") },
    invoiced: { value: parseDecimal("0"), uom: parseUomCode("EA") },
    unitPrice: usd("1"),
    lineTotal: usd("1"),
  };
  const born: OrderRecord = { ...order, state: null, status: "SHIPPED" };
  expect(unmet(born)).toEqual({});
  const over = { order: { ...sourceOrderOf(1, "C10010"), lines: [line] }, seenAt: SEEN_AT };
  expect(Object.keys(unmet({ ...born, source: over }))).toEqual(["QUANTITIES_RECONCILED"]);
  expect(Object.keys(unmet({ ...born, status: "CONFIRMED" }))).toEqual(["SHIPMENT_CONFIRMED"]);
});
