import { parseOrderId, parseOrderNumber } from "../identifiers.ts";
import type { OrderStep, OrderToCashEvent } from "./events.ts";
import { openOrder, orderToCash } from "./order-to-cash.ts";
import { at, ORDER_KEY, orderOfFive } from "../testing/orders.ts";

const created: OrderToCashEvent = {
  kind: "orderCreated",
  number: parseOrderNumber("SO-1"),
  at: at(1),
  source: "erp",
};
const failed = (step: OrderStep, code: string, second = 2): OrderToCashEvent => ({
  kind: "stepFailed",
  step,
  code,
  message: `It failed with ${code}.`,
  at: at(second),
  source: "crossdock",
});
const ended = (step: OrderStep, isDone = false): OrderToCashEvent => ({
  kind: "stepEnded",
  step,
  isDone,
  note: "Ann looked.",
  at: at(4),
  source: "crossdock",
});

function play(...events: readonly OrderToCashEvent[]) {
  const opened = openOrder(parseOrderId(ORDER_KEY), orderOfFive);
  let { state } = opened;
  const changes: string[] = [];
  for (const event of events) {
    const result = orderToCash(state, event);
    state = result.state;
    changes.push(...result.changes);
  }
  return { state, changes, holds: state.holds.map(({ code, reason }) => [code, reason]) };
}

test("a step that fails in another way is held for that, and told again", () => {
  const { holds, changes } = play(
    failed("createOrder", "ITEM_BLOCKED"),
    failed("createOrder", "ITEM_BLOCKED", 3),
    failed("createOrder", "SOURCE_UNAVAILABLE", 4),
  );
  expect(holds).toEqual([["createOrder:SOURCE_UNAVAILABLE", "It failed with SOURCE_UNAVAILABLE."]]);
  expect(changes).toEqual(["HELD", "HELD"]);
});

test("an order that nobody will create any more is cancelled, with the reason in its timeline", () => {
  const { state, changes } = play(failed("createOrder", "ITEM_BLOCKED"), ended("createOrder"));
  expect(state).toMatchObject({ status: "CANCELLED", holds: [] });
  expect(state.timeline.at(-1)).toMatchObject({ type: "CANCELLED", note: "Ann looked." });
  expect(changes).toEqual(["HELD", "CANCELLED"]);
});

test.each(["releaseOrder", "raiseInvoice"] as const)(
  "a person who ends %s leaves the order on hold, with the note",
  (step) => {
    const { state, holds } = play(created, failed(step, "REFUSED"), ended(step));
    expect(state.status).toBe("ON_HOLD");
    expect(holds).toEqual([[`${step}:CANCELLED`, "Ann looked."]]);
  },
);

test.each(["releaseOrder", "raiseInvoice"] as const)(
  "%s that was done by hand holds nothing any more",
  (step) => {
    expect(play(created, failed(step, "REFUSED"), ended(step, true)).holds).toEqual([]);
  },
);
