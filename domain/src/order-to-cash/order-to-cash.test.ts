import { parseDecimal } from "../decimal.ts";
import { invoiceDraftOf } from "../invoice-draft.ts";
import type { OrderId, OrderKey, OrderNumber } from "../identifiers.ts";
import {
  parseCustomerNumber,
  parseInvoiceId,
  parseShipmentId,
  parseSku,
  parseWarehouseCode,
} from "../identifiers.ts";
import { parseCurrencyCode } from "../money.ts";
import type { OrderDraft } from "../order.ts";
import type { OrderState } from "../order-state.ts";
import type { OrderToCashEvent, ShipmentSnapshot } from "./events.ts";
import { openOrder, orderToCash } from "./order-to-cash.ts";
import { parseUomCode, quantity } from "../quantity.ts";
import { SHIPMENT_STATUSES } from "../shipment.ts";
import type { ShipmentStatus } from "../shipment.ts";
import type { Instant } from "../time.ts";

const EA = parseUomCode("EA");
const BX = parseUomCode("BX");
const USD = parseCurrencyCode("USD");
const number = "SO-0005001" as OrderNumber;
const shipmentId = parseShipmentId("9001");

const draft: OrderDraft = {
  key: "7K3QF9M2ZT" as OrderKey,
  customerNumber: parseCustomerNumber("C10010"),
  customerReference: "PO-1",
  channel: "PORTAL",
  currency: USD,
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
    {
      lineNumber: 1,
      sku: parseSku("NG-10001"),
      description: "Bolt",
      ordered: quantity(parseDecimal("2"), BX),
      orderedBase: quantity(parseDecimal("50"), EA),
      unitPrice: { amount: parseDecimal("25.00"), currency: USD },
      priceBasis: "CONTRACT",
    },
    {
      lineNumber: 2,
      sku: parseSku("NG-10002"),
      description: "Nut",
      ordered: quantity(parseDecimal("7"), EA),
      orderedBase: quantity(parseDecimal("7"), EA),
      unitPrice: { amount: parseDecimal("1.10"), currency: USD },
      priceBasis: "LIST",
    },
  ],
};

function at(second: number): Instant {
  return new Date(Date.UTC(2026, 10, 21, 8, 0, second)).toISOString() as Instant;
}

function snapshot(status: ShipmentStatus, problem: string | null = null): ShipmentSnapshot {
  const lines = draft.lines.map(({ lineNumber, orderedBase }) => ({
    lineNumber,
    quantity: orderedBase,
  }));
  return { id: shipmentId, number: "9001", status, lines, problem, milestones: [] };
}

const created: OrderToCashEvent = { kind: "orderCreated", number, at: at(1), source: "erp" };
const released = {
  kind: "releaseCreated" as const,
  release: 1,
  shipments: [snapshot("RELEASED")],
  at: at(2),
  source: "wms",
} satisfies OrderToCashEvent;
const progressed = (status: ShipmentStatus, second: number): OrderToCashEvent => ({
  kind: "shipmentProgressed",
  shipment: snapshot(status),
  at: at(second),
  source: "wms",
});
const invoiced: OrderToCashEvent = {
  kind: "invoiceChanged",
  invoice: {
    number: "SO-0005001-1" as never,
    id: parseInvoiceId("f1"),
    status: "POSTED",
    total: { amount: parseDecimal("57.70"), currency: USD },
  },
  at: at(9),
  source: "finance",
};

/** Runs events one after another; collects what was asked for and what subscribers were told. */
function play(events: readonly OrderToCashEvent[]) {
  const opened = openOrder("7K3QF9M2ZT" as OrderId, draft);
  let state: OrderState = opened.state;
  const commands: string[] = [];
  const changes: string[] = [...opened.changes];
  for (const event of events) {
    const result = orderToCash(state, event);
    state = result.state;
    commands.push(...result.commands.map((command) => `${command.kind} ${command.step}`));
    changes.push(...result.changes);
  }
  return { state, commands, changes };
}

test("an order goes from submitted to invoiced, and asks for one release and one invoice", () => {
  const steps = [
    created,
    released,
    progressed("PICKED", 3),
    progressed("PACKED", 4),
    progressed("SHIPPED", 5),
    invoiced,
  ];
  const { state, commands, changes } = play(steps);
  expect(state.status).toBe("INVOICED");
  expect(commands).toEqual(["releaseOrder release-1", `raiseInvoice invoice-${shipmentId}`]);
  expect(changes).toEqual([
    "SUBMITTED",
    "CONFIRMED",
    "ALLOCATED",
    "PICKING",
    "SHIPPED",
    "INVOICED",
  ]);
  expect(state.timeline.map((milestone) => milestone.type)).toEqual([
    "SUBMITTED",
    "CONFIRMED",
    "ALLOCATED",
    "PICKED",
    "PACKED",
    "SHIPPED",
    "INVOICED",
  ]);
  expect(
    state.lines.map((line) => [line.shipped.value, line.shipped.uom, line.invoiced.value]),
  ).toEqual([
    ["2", "BX", "2"],
    ["7", "EA", "7"],
  ]);
});

test("an event that comes twice changes nothing and asks for nothing", () => {
  const once = [
    created,
    released,
    progressed("PICKED", 3),
    progressed("SHIPPED", 5),
    invoiced,
    progressed("DELIVERED", 10),
  ];
  const twice = once.flatMap((event) => [event, event]);
  expect(play(twice)).toEqual(play(once));
});

test("a late message never takes a delivery back, and the invoiced order notes the delivery", () => {
  const { state, changes } = play([
    created,
    released,
    progressed("SHIPPED", 5),
    invoiced,
    progressed("DELIVERED", 10),
    progressed("IN_TRANSIT", 7),
  ]);
  expect(state.shipments[0]?.status).toBe("DELIVERED");
  expect(state.status).toBe("INVOICED");
  expect(changes.at(-1)).toBe("DELIVERED");
});

test("a shipment that is first seen shipped is billed all the same", () => {
  const { commands, state } = play([created, progressed("SHIPPED", 5)]);
  expect(commands).toContain(`raiseInvoice invoice-${shipmentId}`);
  expect(state.status).toBe("SHIPPED");
});

test("any order of the warehouse's and finance's messages ends in the same place", () => {
  const middle = [
    progressed("PICKED", 3),
    progressed("PACKED", 4),
    progressed("SHIPPED", 5),
    progressed("IN_TRANSIT", 6),
    progressed("DELIVERED", 10),
  ];
  const straight = play([created, released, ...middle, invoiced]).state;
  for (let shift = 0; shift < middle.length; shift += 1) {
    const turned = [...middle.slice(shift), ...middle.slice(0, shift)];
    const { state, commands } = play([created, released, ...turned, invoiced, ...turned]);
    expect(state.status).toBe(straight.status);
    expect(state.lines).toEqual(straight.lines);
    expect(commands.filter((command) => command.startsWith("raiseInvoice"))).toHaveLength(1);
  }
});

test("steps that nobody looked in between of are in the timeline, at their own time", () => {
  const seenLate: OrderToCashEvent = {
    kind: "shipmentProgressed",
    shipment: {
      ...snapshot("IN_TRANSIT"),
      milestones: [
        { type: "PICKED", at: at(3) },
        { type: "LABELED", at: at(4) },
        { type: "SHIPPED", at: at(5) },
      ],
    },
    at: at(6),
    source: "wms",
  };
  const { state, changes } = play([created, released, seenLate]);
  expect(state.timeline.slice(3).map(({ type, at: when }) => [type, when])).toEqual([
    ["PICKED", at(3)],
    ["SHIPPED", at(5)],
    ["IN_TRANSIT", at(6)],
  ]);
  expect(changes).toContain("SHIPPED");
});

test("a refusal by the ERP ends the order", () => {
  const refused: OrderToCashEvent = {
    kind: "orderRefused",
    code: "CUSTOMER_ON_HOLD",
    message: "The account is blocked.",
    at: at(1),
    source: "erp",
  };
  const { state, changes, commands } = play([refused, refused]);
  expect(state.status).toBe("REJECTED");
  expect(state.holds).toEqual([
    { code: "CUSTOMER_ON_HOLD", reason: "The account is blocked.", since: at(1) },
  ]);
  expect(changes).toEqual(["SUBMITTED", "REJECTED"]);
  expect(commands).toEqual([]);
});

test("a person corrects an order that the ERP does not have; what it has is amended", () => {
  const { key: _key, ...rest } = draft;
  const corrected = { ...rest, customerReference: "PO-2", lines: draft.lines.slice(0, 1) };
  const correct = { kind: "orderCorrected", draft: corrected, at: at(9), source: "erp" } as const;
  const before = openOrder("7K3QF9M2ZT" as OrderId, draft, "command-1").state;
  const { state, changes, commands } = orderToCash(before, correct);
  expect(state.draft).toEqual({ ...draft, customerReference: "PO-2", lines: corrected.lines });
  expect([changes, commands]).toEqual([["AMENDED"], []]);
  const created = orderToCash(before, { kind: "orderCreated", number, at: at(1), source: "erp" });
  expect(orderToCash(created.state, correct)).toMatchObject({ state: created.state, changes: [] });
});

test("a step that fails holds the order until it succeeds", () => {
  const failed: OrderToCashEvent = {
    kind: "stepFailed",
    step: "releaseOrder",
    code: "SOURCE_UNAVAILABLE",
    message: "wms did not answer.",
    at: at(2),
    source: "wms",
  };
  expect(play([created, failed]).state.status).toBe("ON_HOLD");
  expect(play([created, failed, released]).state).toMatchObject({ status: "ALLOCATED", holds: [] });
});

test("a warehouse exception holds the order and clears when the shipment moves on", () => {
  const exception: OrderToCashEvent = {
    kind: "shipmentProgressed",
    shipment: snapshot("EXCEPTION", "NG-10001 is short."),
    at: at(3),
    source: "wms",
  };
  expect(play([created, released, exception]).state).toMatchObject({
    status: "ON_HOLD",
    holds: [{ reason: "NG-10001 is short." }],
  });
  expect(play([created, released, exception, progressed("PICKED", 4)]).state).toMatchObject({
    status: "PICKING",
    holds: [],
  });
});

test("the bill has the shipped quantities in the ordered unit at the confirmed prices", () => {
  const { state } = play([created, released, progressed("SHIPPED", 5)]);
  const bill = invoiceDraftOf(state, shipmentId, "SO-0005001-1" as never, "2026-11-21" as never);
  expect(
    bill?.lines.map((line) => [line.quantity.value, line.quantity.uom, line.unitPrice.amount]),
  ).toEqual([
    ["2", "BX", "25"],
    ["7", "EA", "1.1"],
  ]);
  expect(bill?.dueOn).toBe("2026-12-21");
});

test("a part of a box is billed in base units at the price of one", () => {
  const opened = play([created, released]).state;
  const short = orderToCash(opened, {
    kind: "shipmentProgressed",
    shipment: {
      ...snapshot("SHIPPED"),
      lines: [{ lineNumber: 1, quantity: quantity(parseDecimal("30"), EA) }],
    },
    at: at(5),
    source: "wms",
  }).state;
  const bill = invoiceDraftOf(short, shipmentId, "SO-0005001-1" as never, "2026-11-21" as never);
  expect(bill?.lines[0]).toMatchObject({
    quantity: { value: "30", uom: "EA" },
    unitPrice: { amount: "1.0000" },
  });
  expect(short.status).toBe("PARTIALLY_SHIPPED");
});

test("every shipment status leads to a status of the order", () => {
  for (const status of SHIPMENT_STATUSES) {
    expect(play([created, released, progressed(status, 5)]).state.status).toMatch(/^[A-Z_]+$/);
  }
});
