import { parseDecimal } from "../decimal.ts";
import { parseOrderId, parseOrderNumber, parseShipmentId } from "../identifiers.ts";
import type { ShipmentStatus } from "../shipment.ts";
import { cancelRefusal } from "./may-change.ts";
import type { OrderToCashEvent, ShipmentSnapshot } from "./events.ts";
import { openOrder, orderToCash } from "./order-to-cash.ts";
import { at, five, ORDER_KEY, orderOfFive } from "../testing/orders.ts";

const snapshot = (
  id: string,
  status: ShipmentStatus,
  problem: string | null = null,
): ShipmentSnapshot => ({
  id: parseShipmentId(id),
  number: id,
  status,
  problem,
  lines: [{ lineNumber: 1, quantity: five }],
  milestones: [],
});
const created: OrderToCashEvent = {
  kind: "orderCreated",
  number: parseOrderNumber("SO-5001"),
  at: at(1),
  source: "erp",
};
const released = {
  kind: "releaseCreated" as const,
  release: 1,
  shipments: [snapshot("9001", "RELEASED")],
  at: at(2),
  source: "wms",
} satisfies OrderToCashEvent;
const progressed = (shipment: ShipmentSnapshot): OrderToCashEvent => ({
  kind: "shipmentProgressed",
  shipment,
  at: at(3),
  source: "wms",
});

function play(...events: readonly OrderToCashEvent[]) {
  let { state } = openOrder(parseOrderId(ORDER_KEY), orderOfFive);
  const changes: string[] = [];
  const commands: string[] = [];
  for (const event of [created, released, ...events]) {
    const result = orderToCash(state, event);
    state = result.state;
    changes.push(...result.changes);
    commands.push(...result.commands.map(({ step }) => step));
  }
  return { state, changes, commands };
}

const byPerson = progressed(snapshot("9001", "CANCELLED", "Ordered twice"));
const byWarehouse = progressed(snapshot("9001", "CANCELLED"));
const holdOf = (reason: string) => ({
  code: "shipment-9001:SHIPMENT_CANCELLED",
  reason,
  since: at(3),
});

test("an order whose shipment is cancelled waits for a person, and nothing of it is allocated", () => {
  const { state, changes, commands } = play(byPerson);
  expect(state).toMatchObject({ status: "ON_HOLD", holds: [holdOf("Ordered twice")] });
  expect(state.lines[0]?.allocated.value).toBe("0");
  expect(state.timeline.map(({ type }) => type)).toContain("SHIPMENT_CANCELLED");
  expect(changes).toEqual(["CONFIRMED", "ALLOCATED", "HELD"]);
  // Nobody decided to send it again.
  expect(commands).toEqual(["release-1"]);
});

test("why it was cancelled is kept, whether the command or the warehouse's own message comes first", () => {
  const { state } = play(byWarehouse);
  expect(state.holds).toEqual([holdOf("Shipment 9001 was cancelled at the warehouse.")]);
  for (const events of [
    [byWarehouse, byPerson],
    [byPerson, byWarehouse],
  ]) {
    const played = play(...events);
    expect(played.state.holds).toEqual([holdOf("Ordered twice")]);
    expect(played.changes.filter((change) => change === "HELD")).toHaveLength(1);
  }
});

test("the hold is lifted when the goods are allocated again", () => {
  const { state, changes } = play(byPerson, progressed(snapshot("9002", "RELEASED")));
  expect(state).toMatchObject({ status: "ALLOCATED", holds: [] });
  expect(changes.at(-1)).toBe("ALLOCATED");
});

test("a shipment that the warehouse replaced before holds nothing", () => {
  const { state, changes } = play(progressed(snapshot("9002", "PICKING")), byWarehouse);
  expect(state).toMatchObject({ status: "PICKING", holds: [] });
  expect(changes).not.toContain("HELD");
});

test("what the order itself takes back waits for nobody", () => {
  const asked: OrderToCashEvent = {
    kind: "cancelRequested",
    commandId: "command-1",
    reason: null,
    at: at(3),
    source: "crossdock",
  };
  const { state, changes } = play(asked, byWarehouse);
  expect(state.holds).toEqual([]);
  expect(changes).not.toContain("HELD");
});

test("an exception on the way takes nothing back of what was shipped and billed", () => {
  const out = (status: ShipmentStatus) => progressed(snapshot("9001", status, "Truck broke down"));
  const { state, changes, commands } = play(
    out("SHIPPED"),
    out("EXCEPTION"),
    out("OUT_FOR_DELIVERY"),
    out("EXCEPTION"),
  );
  expect(state).toMatchObject({
    status: "SHIPPED",
    holds: [{ code: "shipment-9001:WAREHOUSE_EXCEPTION", reason: "Truck broke down" }],
    lines: [{ shipped: { value: "5" } }],
  });
  expect(changes.filter((change) => change === "SHIPPED")).toHaveLength(1);
  expect(commands).toEqual(["release-1", "invoice-9001"]);
  expect(cancelRefusal(state)).toMatchObject({ code: "NOT_CANCELLABLE" });
});

test("an order that waited moves again when the warehouse has it after all, and says so first", () => {
  const { changes, state } = play(byWarehouse, progressed(snapshot("9002", "RELEASED")));
  expect(state.holds).toEqual([]);
  expect(changes).toEqual(["CONFIRMED", "ALLOCATED", "HELD", "RELEASED", "ALLOCATED"]);
});

test("an order of which only a part is allocated is told as waiting for stock", () => {
  const two = { ...five, value: parseDecimal("2") };
  const part = { ...snapshot("9001", "RELEASED"), lines: [{ lineNumber: 1, quantity: two }] };
  const { state } = openOrder(parseOrderId(ORDER_KEY), orderOfFive);
  const confirmed = orderToCash(state, created).state;
  const { changes } = orderToCash(confirmed, { ...released, shipments: [part] });
  expect(changes).toEqual(["ALLOCATED", "BACKORDERED"]);
});
