import fc from "fast-check";
import { addDecimals, parseDecimal, ZERO, type Decimal } from "../decimal.ts";
import {
  parseOrderId,
  parseOrderNumber,
  parseShipmentId,
  parseWarehouseCode,
} from "../identifiers.ts";
import type { OrderDraft } from "../order.ts";
import { readOrderState, type OrderState } from "../order-state.ts";
import type { ShipmentStatus } from "../shipment.ts";
import type { SourcingPlan } from "../sourcing/sourcing-plan.ts";
import { at, five, ORDER_KEY, orderOfFive } from "../testing/orders.ts";
import { allocationsOf } from "./allocation.ts";
import type { LineShortfall, OrderToCashEvent, ShipmentSnapshot } from "./events.ts";
import { openOrder, orderToCash } from "./order-to-cash.ts";

const EAST = parseWarehouseCode("EAST");
const WEST = parseWarehouseCode("WEST");
const pieces = (count: number) => ({ ...five, value: parseDecimal(String(count)) });
const part = (warehouse: typeof EAST, count: number) => ({
  lineNumber: 1,
  warehouse,
  quantity: pieces(count),
  reason: `${warehouse} has ${String(count)}.`,
});
const wait = (count: number) => ({
  lineNumber: 1,
  quantity: pieces(count),
  promisedOn: null,
  reason: "In no warehouse.",
});
const plan = (
  assignments: SourcingPlan["assignments"],
  backorders: SourcingPlan["backorders"] = [],
  shipComplete = false,
): SourcingPlan => ({ rule: "fewest-shipments/1", shipComplete, assignments, backorders });

const erp = { at: at(1), source: "erp" } as const;
const wms = { at: at(2), source: "wms" } as const;
const us = { at: at(3), source: "crossdock" } as const;
const created: OrderToCashEvent = {
  kind: "orderCreated",
  number: parseOrderNumber("SO-1"),
  ...erp,
};

/** One shipment per release, named after it. */
function snapshot(
  release: number,
  count: number,
  status: ShipmentStatus,
  shortfalls: readonly LineShortfall[] = [],
): ShipmentSnapshot {
  const id = `90${String(release)}`;
  return {
    id: parseShipmentId(id),
    number: id,
    status,
    release,
    problem: null,
    milestones: [],
    lines: [{ lineNumber: 1, quantity: pieces(count) }],
    shortfalls,
  };
}
const released = (release: number, count: number): OrderToCashEvent => ({
  kind: "releaseCreated",
  release,
  shipments: [snapshot(release, count, "RELEASED")],
  ...wms,
});
const progressed = (...args: Parameters<typeof snapshot>): OrderToCashEvent => ({
  kind: "shipmentProgressed",
  shipment: snapshot(...args),
  ...wms,
});
const short = (count: number): readonly LineShortfall[] => [
  { lineNumber: 1, quantity: pieces(count), reason: "SHORT_PICK" },
];
const found = (
  look: number,
  assignments: SourcingPlan["assignments"],
): OrderToCashEvent & { readonly kind: "backorderSourced" } => ({
  kind: "backorderSourced",
  look,
  rule: "fewest-shipments/1",
  assignments,
  promises: [],
  ...us,
});

function play(sourcing: SourcingPlan | undefined, ...events: readonly OrderToCashEvent[]) {
  const draft: OrderDraft = sourcing === undefined ? orderOfFive : { ...orderOfFive, sourcing };
  const opened = openOrder(parseOrderId(ORDER_KEY), draft, "submit");
  let { state } = opened;
  const commands: string[] = [];
  const changes: string[] = [];
  for (const event of events) {
    const result = orderToCash(state, event, `of ${event.kind}`);
    state = result.state;
    commands.push(...result.commands.map(({ step }) => step));
    changes.push(...result.changes);
  }
  return { state, commands, changes };
}

const allocated = (state: OrderState) =>
  allocationsOf(state).map(
    ({ warehouse, quantity: { value }, release }) => `${warehouse} ${value} ${String(release)}`,
  );
const waits = ({ sourcing }: OrderState) =>
  sourcing.backorders.map(({ quantity: { value } }) => value);
const toWarehouse = (commands: readonly string[]) =>
  commands.filter((step) => step.startsWith("release-"));

/** All that is told, planned and waits of the one line. */
function accounted(state: OrderState): Decimal {
  const parts = [...allocationsOf(state), ...state.sourcing.backorders];
  return addDecimals(ZERO, ...parts.map(({ quantity: { value } }) => value));
}

test("each warehouse is told its part, all at the same time, and the order is allocated when all have it", () => {
  const split = plan([part(EAST, 3), part(WEST, 2)]);
  const asked = play(split, created);
  expect(asked.commands).toEqual(["release-1", "release-2"]);
  expect(allocated(asked.state)).toEqual(["EAST 3 1", "WEST 2 2"]);
  const half = play(split, created, released(2, 2));
  expect(half.state.steps.map(({ status }) => status)).toEqual(["DONE", "ASKED", "DONE"]);
  const all = play(split, created, released(2, 2), released(1, 3));
  expect([all.state.status, all.changes]).toEqual(["ALLOCATED", ["CONFIRMED", "ALLOCATED"]]);
  expect(all.state.lines[0]?.allocated.value).toBe("5");
});

test("an order without a plan comes from the warehouse of its draft, as one that was written before there were plans", () => {
  const { state, commands } = play(undefined, created);
  expect([commands, allocated(state)]).toEqual([["release-1"], ["EAST 5 1"]]);
  const { sourcing, steps, ...old } = state;
  const without = steps.map(({ kind, release, status, commandId }) => ({
    kind,
    release,
    status,
    commandId,
  }));
  const read = readOrderState({ ...old, steps: without });
  expect([allocated(read), read.sourcing.planned]).toEqual([["EAST 5 1"], sourcing.planned]);
});

test("what no warehouse has is not released before it is there, and then from where it is", () => {
  const short3 = plan([part(EAST, 2)], [wait(3)]);
  const first = play(short3, created, released(1, 2));
  expect([first.state.status, waits(first.state)]).toEqual(["BACKORDERED", ["3"]]);
  expect(toWarehouse(first.commands)).toEqual(["release-1"]);
  const second = play(short3, created, released(1, 2), found(1, [part(WEST, 3)]));
  expect(toWarehouse(second.commands)).toEqual(["release-1", "release-2"]);
  expect(allocated(second.state)).toEqual(["EAST 2 1", "WEST 3 2"]);
  const none = play(plan([], [wait(5)]), created);
  expect([none.state.status, none.commands, none.changes]).toEqual([
    "BACKORDERED",
    [],
    ["CONFIRMED", "BACKORDERED"],
  ]);
});

test("more than waits is never taken, and of two looks at the same moment one counts", () => {
  const short3 = plan([part(EAST, 2)], [wait(3)]);
  const looks = [found(1, [part(WEST, 9)]), found(1, [part(EAST, 3)])];
  const { state } = play(short3, created, ...looks);
  expect(allocated(state)).toEqual(["EAST 2 1", "WEST 3 2"]);
  const again = play(short3, created, found(1, [part(WEST, 1)]), found(1, [part(WEST, 1)]));
  expect(waits(again.state)).toEqual(["2"]);
});

test("who wants all at once is sent nothing before everything is there", () => {
  const all = plan([], [wait(5)], true);
  expect(play(all, created).commands).toEqual([]);
  const partly = play(all, created, found(1, [part(EAST, 4)]));
  expect([partly.commands, partly.state.status]).toEqual([[], "BACKORDERED"]);
  const whole = play(all, created, found(1, [part(EAST, 4)]), found(2, [part(WEST, 1)]));
  expect(whole.commands).toEqual(["release-1", "release-2"]);
});

test("what a warehouse picks short waits again and is released from another, once", () => {
  const picked = [created, released(1, 5), progressed(1, 3, "PICKED", short(2))];
  const shortPick = play(undefined, ...picked);
  expect([waits(shortPick.state), allocated(shortPick.state)]).toEqual([["2"], ["EAST 3 1"]]);
  expect(shortPick.state.sourcing.backorders[0]?.reason).toBe(
    "EAST found too few on the shelf for shipment 901.",
  );
  const again = [progressed(1, 3, "PACKED", short(2)), progressed(1, 3, "PICKED", short(2))];
  const rest = play(undefined, ...picked, found(1, [part(WEST, 2)]), ...again, ...again);
  expect(toWarehouse(rest.commands)).toEqual(["release-1", "release-2"]);
  expect([waits(rest.state), accounted(rest.state)]).toEqual([[], "5"]);
});

test("what a warehouse cancels of itself waits for a person, and is in nobody's way once another sends it", () => {
  const cancelled = play(undefined, created, released(1, 5), progressed(1, 5, "CANCELLED"));
  expect([cancelled.state.status, waits(cancelled.state)]).toEqual(["ON_HOLD", ["5"]]);
  const moved = play(
    undefined,
    created,
    released(1, 5),
    progressed(1, 5, "CANCELLED"),
    found(1, [part(WEST, 5)]),
  );
  expect([moved.state.holds, toWarehouse(moved.commands)]).toEqual([
    [],
    ["release-1", "release-2"],
  ]);
});

test("a cancellation takes the releases back from the last to the first, then the order", () => {
  const split = plan([part(EAST, 3), part(WEST, 1)], [wait(1)]);
  const cancel: OrderToCashEvent = {
    kind: "cancelRequested",
    commandId: "c",
    reason: null,
    ...us,
  };
  const taken = (release: number, count: number): OrderToCashEvent => ({
    kind: "releaseCancelled",
    release,
    shipments: [snapshot(release, count, "CANCELLED")],
    ...wms,
  });
  const begun = [created, released(1, 3), released(2, 1), cancel];
  const { commands, state } = play(split, ...begun, taken(2, 1), taken(1, 3), {
    kind: "orderRemoved",
    ...erp,
  });
  expect(commands).toEqual([
    "release-1",
    "release-2",
    "cancel-release-2:c",
    "cancel-release-1:c",
    "remove:c",
  ]);
  expect(state.status).toBe("CANCELLED");
  const refused: OrderToCashEvent = {
    kind: "stepRefused",
    step: "cancelRelease",
    release: 1,
    code: "NOT_CANCELLABLE",
    message: "Picked.",
    ...wms,
  };
  const late = play(split, ...begun, taken(2, 1), refused);
  expect(late.commands.at(-1)).toBe("release-3");
  expect([allocated(late.state), waits(late.state)]).toEqual([["EAST 3 1", "WEST 1 3"], ["1"]]);
});

test("one release that fails holds the order until that one is there", () => {
  const split = plan([part(EAST, 3), part(WEST, 2)]);
  const failed = (release: number): OrderToCashEvent => ({
    kind: "stepFailed",
    step: "releaseOrder",
    release,
    code: "UNKNOWN_WAREHOUSE",
    message: "No.",
    ...wms,
  });
  const held = play(split, created, failed(2), released(1, 3));
  expect(held.state.holds.map(({ code }) => code)).toEqual(["releaseOrder-2:UNKNOWN_WAREHOUSE"]);
  expect(play(split, created, failed(2), released(1, 3), released(2, 2)).state.holds).toEqual([]);
});

test("whatever the warehouses do, in whatever order it is told: told, planned and waiting make up the order", () => {
  const statuses = fc.constantFrom<ShipmentStatus>("RELEASED", "PICKED", "SHIPPED", "CANCELLED");
  const looks = fc
    .tuple(
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom(EAST, WEST),
      fc.integer({ min: 1, max: 9 }),
    )
    .map(([look, warehouse, count]) => found(look, [part(warehouse, count)]));
  const moves = fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.nat({ max: 3 }), statuses)
    .map(([release, missing, status]) => ({ release, missing, status }));
  fc.assert(
    fc.property(fc.array(fc.oneof(moves, looks), { maxLength: 25 }), (happenings) => {
      const split = plan([part(EAST, 2), part(WEST, 1)], [wait(2)]);
      let { state } = play(split, created);
      const asked = new Set<string>();
      // What was told as missing is sourced elsewhere: a warehouse that finds it after all has it back on its shelf.
      const missed = new Map<number, number>();
      for (const happening of happenings) {
        let event: OrderToCashEvent;
        if ("kind" in happening) event = happening;
        else {
          const { release, missing, status } = happening;
          const step = state.steps.find((other) => other.release === release);
          const count = Number(step?.lines[0]?.quantity.value ?? "0");
          if (count === 0) continue;
          const lost = Math.max(Math.min(missing, count - 1), missed.get(release) ?? 0);
          missed.set(release, lost);
          const shortfalls = lost > 0 ? short(lost) : [];
          event = progressed(release, count - lost, status, shortfalls);
        }
        const result = orderToCash(state, event);
        for (const { step } of result.commands.filter(({ kind }) => kind === "releaseOrder")) {
          expect(asked.has(step)).toBe(false);
          asked.add(step);
        }
        state = result.state;
        expect(accounted(state)).toBe("5");
      }
    }),
    { numRuns: 300 },
  );
});
