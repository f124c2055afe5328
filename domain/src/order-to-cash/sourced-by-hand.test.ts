import { parseDecimal } from "../decimal.ts";
import {
  parseOrderId,
  parseOrderNumber,
  parseShipmentId,
  parseWarehouseCode,
} from "../identifiers.ts";
import type { OrderState } from "../order-state.ts";
import { at, five, ORDER_KEY, orderOfFive } from "../testing/orders.ts";
import { allocationFailuresOf } from "./allocation-failures.ts";
import { allocationsOf } from "./allocation.ts";
import { checkSourcing } from "./check-sourcing.ts";
import type { OrderToCashEvent } from "./events.ts";
import { openOrder, orderToCash } from "./order-to-cash.ts";

const EAST = parseWarehouseCode("EAST");
const WEST = parseWarehouseCode("WEST");
const pieces = (count: string) => ({ ...five, value: parseDecimal(count) });
const us = { at: at(3), source: "crossdock" } as const;
const wms = { at: at(2), source: "wms" } as const;
const created: OrderToCashEvent = {
  kind: "orderCreated",
  number: parseOrderNumber("SO-1"),
  at: at(1),
  source: "erp",
};
const looked = (isUnsourced: boolean): OrderToCashEvent => ({
  kind: "backorderSourced",
  look: 1,
  rule: "fewest-shipments/1",
  assignments: [],
  promises: [{ lineNumber: 1, promisedOn: null, reason: "In no warehouse.", isUnsourced }],
  ...us,
});
const byHand = (count: string, warehouse = WEST): OrderToCashEvent => ({
  kind: "sourcedByHand",
  assignments: [{ lineNumber: 1, warehouse, quantity: pieces(count), reason: "A person chose." }],
  note: "They have a few behind the counter.",
  ...us,
});

function play(sourced: "waits" | "planned", ...events: readonly OrderToCashEvent[]) {
  const backorder = { lineNumber: 1, quantity: five, promisedOn: null, reason: "In no warehouse." };
  const sourcing = {
    rule: "fewest-shipments/1",
    shipComplete: false,
    assignments: [],
    backorders: [backorder],
  };
  const draft = sourced === "waits" ? { ...orderOfFive, sourcing } : orderOfFive;
  const commands: string[] = [];
  const state = events.reduce<OrderState>(
    (before, event) => {
      const result = orderToCash(before, event, null);
      commands.push(...result.commands.map(({ step }) => step));
      return result.state;
    },
    openOrder(parseOrderId(ORDER_KEY), draft, "submit").state,
  );
  return { state, commands };
}

const failures = (state: OrderState) =>
  allocationFailuresOf(state).map(
    ({ cause, quantity, warehouse }) => `${cause} ${quantity.value} ${warehouse ?? "nobody"}`,
  );
const sent = (state: OrderState) =>
  allocationsOf(state).map(
    ({ warehouse, quantity, release }) => `${warehouse} ${quantity.value} ${String(release)}`,
  );
const refused: OrderToCashEvent = {
  kind: "stepFailed",
  step: "releaseOrder",
  release: 1,
  code: "UNKNOWN_WAREHOUSE",
  message: "The warehouse system does not run EAST.",
  ...wms,
};

test("what waits for stock fails once every warehouse was asked and nothing is announced, and not before", () => {
  expect(failures(play("waits", created).state)).toEqual([]);
  expect(failures(play("waits", created, looked(false)).state)).toEqual([]);
  expect(failures(play("waits", looked(true)).state)).toEqual([]);
  expect(failures(play("waits", created, looked(true)).state)).toEqual(["NO_STOCK 5 nobody"]);
});

test("what a person sources is released, and the rest goes on waiting", () => {
  const { state, commands } = play("waits", created, looked(true), byHand("3"));
  expect(sent(state)).toEqual(["WEST 3 1"]);
  expect(commands).toEqual(["release-1"]);
  expect(failures(state)).toEqual(["NO_STOCK 2 nobody"]);
  expect(state.timeline.at(-1)).toMatchObject({
    type: "SOURCED_BY_HAND",
    note: "They have a few behind the counter.",
  });
});

test("nobody is told to send more than waits, and a look of before counts no more", () => {
  const { state } = play("waits", created, looked(true), byHand("9"), byHand("4", EAST));
  expect(sent(state)).toEqual(["WEST 5 1"]);
  const late: OrderToCashEvent = {
    kind: "backorderSourced",
    look: 2,
    rule: "fewest-shipments/1",
    assignments: [{ lineNumber: 1, warehouse: EAST, quantity: pieces("2"), reason: "Found." }],
    promises: [],
    ...us,
  };
  const overtaken = play("waits", created, looked(true), byHand("3"), late);
  expect(sent(overtaken.state)).toEqual(["WEST 3 1"]);
});

test("a release that its warehouse does not send is taken back, and its goods come from elsewhere", () => {
  const blocked = play("planned", created, refused);
  expect(failures(blocked.state)).toEqual(["RELEASE_BLOCKED 5 EAST"]);
  const { state, commands } = play("planned", created, refused, byHand("3"));
  expect(commands).toEqual(["release-1", "withdraw-1", "release-2"]);
  expect(sent(state)).toEqual(["WEST 3 2"]);
  expect(state.holds).toEqual([]);
  // What was not named is looked for by itself.
  expect(state.sourcing.backorders).toMatchObject([{ quantity: pieces("2") }]);
});

test("a release that a person gave up fails until somebody says who sends it", () => {
  const ended: OrderToCashEvent = {
    kind: "stepEnded",
    step: "releaseOrder",
    release: 1,
    isDone: false,
    note: "EAST is closed.",
    ...wms,
  };
  const given = play("planned", created, refused, ended);
  expect(failures(given.state)).toEqual(["RELEASE_REFUSED 5 EAST"]);
  const { state, commands } = play("planned", created, refused, ended, byHand("5"));
  // Its command is over: nothing is to be taken back.
  expect(commands).toEqual(["release-1", "release-2"]);
  expect(failures(state)).toEqual([]);
});

test("a shipment that the warehouse took back waits for a person's word", () => {
  const shipment = {
    id: parseShipmentId("901"),
    number: "901",
    release: 1,
    problem: null,
    milestones: [],
    lines: [{ lineNumber: 1, quantity: five }],
  };
  const cancelled = play(
    "planned",
    created,
    {
      kind: "releaseCreated",
      release: 1,
      shipments: [{ ...shipment, status: "RELEASED" }],
      ...wms,
    },
    { kind: "shipmentProgressed", shipment: { ...shipment, status: "CANCELLED" }, ...wms },
  );
  expect(failures(cancelled.state)).toEqual(["SHIPMENT_CANCELLED 5 nobody"]);
  const { state } = orderToCash(cancelled.state, byHand("5"));
  expect(failures(state)).toEqual([]);
  expect(state.holds).toEqual([]);
});

test("what is wrong with a person's word is said, all of it", () => {
  const { state } = play("waits", created, looked(true));
  const wish = (lineNumber: number, warehouse: typeof EAST | null, count: string | null) => ({
    lineNumber,
    warehouse,
    quantity: count === null ? null : parseDecimal(count),
  });
  const wished = [
    wish(7, EAST, "1"),
    wish(1, null, "1"),
    wish(1, EAST, "0"),
    wish(1, EAST, "0.5"),
    wish(1, EAST, null),
    wish(1, EAST, "2"),
    wish(1, EAST, "1"),
    wish(1, WEST, "4"),
  ];
  expect(checkSourcing(state, wished, [EAST, WEST]).map(({ code }) => code)).toEqual([
    "UNKNOWN_LINE",
    "UNKNOWN_WAREHOUSE",
    "INVALID_QUANTITY",
    "INVALID_QUANTITY",
    "INVALID_QUANTITY",
    "INVALID_VALUE",
    "INVALID_QUANTITY",
  ]);
  expect(checkSourcing(state, [wish(1, EAST, "2"), wish(1, WEST, "3")], [EAST, WEST])).toEqual([]);
});
