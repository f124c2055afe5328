import { parseDecimal } from "../decimal.ts";
import {
  parseCustomerNumber,
  parseInvoiceId,
  parseOrderId,
  parseOrderKey,
  parseOrderNumber,
  parseShipmentId,
  parseSku,
  parseWarehouseCode,
} from "../identifiers.ts";
import { parseCurrencyCode } from "../money.ts";
import type { OrderDraft, OrderDraftLine } from "../order.ts";
import { readOrderState, type OrderState } from "../order-state.ts";
import { parseUomCode, quantity } from "../quantity.ts";
import type { ShipmentStatus } from "../shipment.ts";
import { parseInstant, parseLocalDate } from "../time.ts";
import type { OrderStep, OrderToCashEvent, ShipmentSnapshot } from "./events.ts";
import { amendRefusal, cancelRefusal } from "./may-change.ts";
import { openOrder, orderToCash } from "./order-to-cash.ts";

const KEY = "7K3QF9M2ZT";
const USD = parseCurrencyCode("USD");
const each = (value: string) => quantity(parseDecimal(value), parseUomCode("EA"));
const at = (second: number) => parseInstant(`2026-11-21T08:00:${String(second).padStart(2, "0")}Z`);

const line = (ordered: string): OrderDraftLine => ({
  lineNumber: 1,
  sku: parseSku("NG-10001"),
  description: "Bolt",
  ordered: each(ordered),
  orderedBase: each(ordered),
  unitPrice: { amount: parseDecimal("2.50"), currency: USD },
  priceBasis: "CONTRACT",
});
const shipTo = {
  name: null,
  lines: ["1 Mill Street"],
  city: "Cleveland",
  region: null,
  postalCode: null,
  country: "US",
};
const draft: OrderDraft = {
  key: parseOrderKey(KEY),
  customerNumber: parseCustomerNumber("C10010"),
  customerReference: null,
  channel: "PORTAL",
  currency: USD,
  placedAt: at(0),
  requestedDeliveryOn: null,
  shipTo,
  warehouse: parseWarehouseCode("EAST"),
  lines: [line("5")],
};

const snapshot = (id: string, status: ShipmentStatus, pieces = "5"): ShipmentSnapshot => ({
  id: parseShipmentId(id),
  number: id,
  status,
  lines: [{ lineNumber: 1, quantity: each(pieces) }],
  problem: null,
  milestones: [],
});
const erp = { at: at(1), source: "erp" } as const;
const wms = { at: at(2), source: "wms" } as const;
const us = { at: at(3), source: "crossdock" } as const;
const created: OrderToCashEvent = {
  kind: "orderCreated",
  number: parseOrderNumber("SO-1"),
  ...erp,
};
/** Shipments are numbered after their release: 901 is of the first. */
const releaseOf = (id: string): number => Number(id.slice(-1));
const released = (id: string, pieces = "5"): OrderToCashEvent => ({
  kind: "releaseCreated",
  release: releaseOf(id),
  shipments: [snapshot(id, "RELEASED", pieces)],
  ...wms,
});
const progressed = (id: string, status: ShipmentStatus): OrderToCashEvent => ({
  kind: "shipmentProgressed",
  shipment: snapshot(id, status),
  ...wms,
});
const releaseCancelled = (id: string): OrderToCashEvent => ({
  kind: "releaseCancelled",
  release: releaseOf(id),
  shipments: [snapshot(id, "CANCELLED")],
  ...wms,
});
const removed: OrderToCashEvent = { kind: "orderRemoved", ...erp };
const rewritten: OrderToCashEvent = { kind: "orderRewritten", ...erp };
const cancelled = (commandId = "cancel-1"): OrderToCashEvent => ({
  kind: "cancelRequested",
  commandId,
  reason: "Ordered twice.",
  ...us,
});
const amended = (amendment: Extract<OrderToCashEvent, { kind: "amendRequested" }>["amendment"]) =>
  ({ kind: "amendRequested", commandId: "amend-1", amendment, ...us }) as const;
const ended = (step: OrderStep, isDone = false): OrderToCashEvent => ({
  kind: "stepEnded",
  step,
  isDone,
  note: "Taken back.",
  ...us,
});
const refused = (step: OrderStep, code = "NOT_CANCELLABLE"): OrderToCashEvent => ({
  kind: "stepRefused",
  step,
  code,
  message: "Too late.",
  ...wms,
});
const failed = (step: OrderStep): OrderToCashEvent => ({
  kind: "stepFailed",
  step,
  code: "TECHNICAL",
  message: "No answer.",
  ...wms,
});

/** Runs events one after another, each as the work of a command of its own. */
function play(...events: readonly OrderToCashEvent[]) {
  let state: OrderState = openOrder(parseOrderId(KEY), draft, "submit").state;
  const commands: string[] = [];
  const changes: string[] = [];
  const outcomes: string[] = [];
  const compensated: string[] = [];
  events.forEach((event, position) => {
    const result = orderToCash(state, event, `${event.kind}-${String(position)}`);
    state = result.state;
    commands.push(...result.commands.map(({ step }) => step));
    changes.push(...result.changes);
    outcomes.push(
      ...result.ended.map((end) =>
        [end.commandId, end.kind === "done" ? "done" : end.code].join(" "),
      ),
    );
    compensated.push(...result.compensated);
  });
  return { state, commands, changes, outcomes, compensated };
}

describe("a cancellation", () => {
  test("undoes what was done from the last step to the first", () => {
    const asked = play(created, released("901"), cancelled());
    expect(asked.commands).toEqual(["release-1", "cancel-release-1:cancel-1"]);
    expect([asked.state.status, asked.outcomes]).toEqual(["ALLOCATED", []]);
    const half = play(created, released("901"), cancelled(), releaseCancelled("901"));
    expect(half.commands.at(-1)).toBe("remove:cancel-1");
    expect(half.compensated).toEqual(["releaseCreated-1"]);
    const all = play(created, released("901"), cancelled(), releaseCancelled("901"), removed);
    expect(all.state).toMatchObject({ status: "CANCELLED", request: null, holds: [] });
    expect(all.compensated).toEqual(["releaseCreated-1", "orderCreated-0"]);
    expect([all.changes.at(-1), all.outcomes]).toEqual(["CANCELLED", ["cancel-1 done"]]);
    expect(all.state.timeline).toContainEqual({
      type: "CANCELLED",
      note: "Ordered twice.",
      ...erp,
    });
  });

  test("asks for each step once, however often the sources tell the same", () => {
    const once = [created, released("901"), cancelled(), releaseCancelled("901"), removed];
    const twice = [created, created, released("901"), released("901"), cancelled()].concat(
      [releaseCancelled("901"), progressed("901", "CANCELLED"), releaseCancelled("901")],
      [removed, removed, progressed("901", "RELEASED")],
    );
    expect(play(...twice).commands).toEqual(play(...once).commands);
    expect(play(...twice).state.status).toBe("CANCELLED");
  });

  test("takes back what nobody has received, and is over at once", () => {
    const asked = play(cancelled());
    expect(asked.commands).toEqual(["withdraw:cancel-1"]);
    const { state, outcomes, compensated } = play(cancelled(), ended("createOrder"));
    expect([state.status, outcomes, compensated]).toEqual(["CANCELLED", ["cancel-1 done"], []]);
  });

  test("takes back what it waits for as soon as an attempt at it has failed", () => {
    const postponed = { kind: "stepPostponed", step: "createOrder", ...erp } as const;
    expect(play(postponed).commands).toEqual([]);
    for (const failure of [postponed, failed("createOrder")]) {
      const { commands } = play(cancelled(), failure);
      expect(commands).toEqual(["withdraw:cancel-1", "withdraw:cancel-1"]);
      expect(play(cancelled(), failure, ended("createOrder")).outcomes).toEqual(["cancel-1 done"]);
    }
  });

  test("waits for what is on its way, and then undoes it without releasing it first", () => {
    const { commands, state } = play(cancelled(), created);
    expect(commands).toEqual(["withdraw:cancel-1", "remove:cancel-1"]);
    expect(state.status).toBe("CONFIRMED");
    expect(play(cancelled(), created, removed).state.status).toBe("CANCELLED");
    expect(play(created, cancelled(), ended("releaseOrder")).commands).toEqual([
      "release-1",
      "withdraw:cancel-1",
      "remove:cancel-1",
    ]);
    expect(play(created, cancelled(), released("901")).commands.at(-1)).toBe(
      "cancel-release-1:cancel-1",
    );
  });

  test("that the ERP is faster to refuse is over with the order", () => {
    const no = { kind: "orderRefused", code: "CREDIT_EXCEEDED", message: "No.", ...erp } as const;
    const { state, outcomes } = play(cancelled(), no);
    expect([state.status, state.request, outcomes]).toEqual([
      "REJECTED",
      null,
      ["cancel-1 NOT_CANCELLABLE"],
    ]);
  });

  test("that comes too late for the warehouse changes nothing, and the order goes on", () => {
    const late = [created, released("901"), cancelled(), refused("cancelRelease")];
    const { state, outcomes, commands } = play(...late);
    expect([state.status, state.request, outcomes]).toEqual([
      "ALLOCATED",
      null,
      ["cancel-1 NOT_CANCELLABLE"],
    ]);
    expect(commands).toHaveLength(2);
    expect(play(...late, progressed("901", "SHIPPED")).commands.at(-1)).toBe("invoice-901");
  });

  test("that the ERP refuses after the warehouse agreed is made good: the order is released again", () => {
    const half = [created, released("901"), cancelled(), releaseCancelled("901")];
    const { state, commands, outcomes } = play(...half, refused("removeOrder"));
    expect(commands.at(-1)).toBe("release-2");
    expect([state.status, outcomes]).toEqual(["CONFIRMED", ["cancel-1 NOT_CANCELLABLE"]]);
    const again = play(...half, refused("removeOrder"), released("902"), cancelled("cancel-2"));
    expect([again.state.status, again.commands.at(-1)]).toEqual([
      "ALLOCATED",
      "cancel-release-2:cancel-2",
    ]);
  });

  test("of which a step waits for a person holds the order, and goes on when the step is done", () => {
    const stuck = [created, released("901"), cancelled(), failed("cancelRelease")];
    expect(play(...stuck).state).toMatchObject({
      status: "ON_HOLD",
      holds: [{ code: "cancelRelease:TECHNICAL" }],
      request: { kind: "cancel" },
    });
    expect(play(...stuck, releaseCancelled("901")).state.holds).toEqual([]);
    expect(play(...stuck, ended("cancelRelease", true)).commands.at(-1)).toBe("remove:cancel-1");
    const given = play(...stuck, ended("cancelRelease"));
    expect([given.state.status, given.outcomes]).toEqual([
      "ALLOCATED",
      ["cancel-1 NOT_CANCELLABLE"],
    ]);
  });

  test("of an order whose release was refused removes the order from the ERP", () => {
    expect(play(created, refused("releaseOrder", "REFUSED"), cancelled()).commands.at(-1)).toBe(
      "remove:cancel-1",
    );
  });

  test("is one at a time, and refused once it is over", () => {
    expect(play(cancelled("a"), cancelled("b")).outcomes).toEqual(["b NOT_CANCELLABLE"]);
    const over = play(cancelled("a"), ended("createOrder"), cancelled("b"));
    expect(over.outcomes).toEqual(["a done", "b NOT_CANCELLABLE"]);
    const invoice = {
      kind: "invoiceChanged",
      invoice: {
        number: "SO-1-1" as never,
        id: parseInvoiceId("f1"),
        status: "POSTED",
        total: draft.lines[0]?.unitPrice as never,
      },
      ...erp,
    } as const;
    const shipped = [created, released("901"), progressed("901", "SHIPPED")];
    expect(cancelRefusal(play(...shipped).state)?.code).toBe("NOT_CANCELLABLE");
    expect(cancelRefusal(play(...shipped, invoice).state)?.code).toBe("ALREADY_INVOICED");
  });
});

describe("an amendment", () => {
  const lines = { lines: [line("7")] };

  test("takes the release back, rewrites the order and releases it again", () => {
    const events = [created, released("901"), amended(lines), releaseCancelled("901"), rewritten];
    const { state, commands, changes, outcomes } = play(...events);
    expect(commands).toEqual([
      "release-1",
      "cancel-release-1:amend-1",
      "rewrite:amend-1",
      "release-2",
    ]);
    expect(state).toMatchObject({
      status: "CONFIRMED",
      request: null,
      draft: { lines: [{ ordered: { value: "7" } }] },
      lines: [{ allocated: { value: "0" } }],
    });
    expect([changes.at(-1), outcomes]).toEqual(["AMENDED", ["amend-1 done"]]);
    const after = play(...events, released("902", "7"));
    expect(after.state).toMatchObject({
      status: "ALLOCATED",
      lines: [{ allocated: { value: "7" } }],
    });
  });

  test("of nothing but the date leaves the release where it is", () => {
    const date = { requestedDeliveryOn: parseLocalDate("2026-12-24") };
    const { state, commands } = play(created, released("901"), amended(date), rewritten);
    expect(commands).toEqual(["release-1", "rewrite:amend-1"]);
    expect(state).toMatchObject({ status: "ALLOCATED", draft: date });
  });

  test("of an order that the ERP has not yet waits for it, and is released as it is wanted", () => {
    const { commands, state } = play(amended(lines), created, rewritten);
    expect(commands).toEqual(["rewrite:amend-1", "release-1"]);
    expect(state.draft.lines[0]?.ordered.value).toBe("7");
  });

  test("that is refused changes nothing, and what was taken back is released again", () => {
    const half = [created, released("901"), amended(lines), releaseCancelled("901")];
    const { state, commands, outcomes } = play(...half, refused("rewriteOrder", "REFUSED"));
    expect(state.draft).toEqual(draft);
    expect([commands.at(-1), outcomes]).toEqual(["release-2", ["amend-1 REFUSED"]]);
    const late = play(created, released("901"), amended(lines), refused("cancelRelease"));
    expect([late.state.status, late.outcomes]).toEqual(["ALLOCATED", ["amend-1 NOT_AMENDABLE"]]);
  });

  test("is refused once the warehouse is at work, and while another change is under way", () => {
    const picked = play(created, released("901"), progressed("901", "PICKED")).state;
    expect(amendRefusal(picked)?.code).toBe("NOT_AMENDABLE");
    expect(cancelRefusal(picked)).toBeNull();
    expect(play(created, cancelled(), amended(lines)).outcomes).toEqual(["amend-1 NOT_AMENDABLE"]);
  });

  test("ends with an order that somebody takes back before the ERP has it", () => {
    const { state, outcomes } = play(amended(lines), ended("createOrder"));
    expect([state.status, outcomes]).toEqual(["CANCELLED", ["amend-1 NOT_AMENDABLE"]]);
  });
});

test("a person who ends the creation ends the order; who ends the release keeps it held", () => {
  expect(play(failed("createOrder"), ended("createOrder")).state.status).toBe("CANCELLED");
  const held = play(created, failed("releaseOrder"), ended("releaseOrder"));
  expect([held.state.status, held.commands]).toEqual(["ON_HOLD", ["release-1"]]);
});

test("an order that was written down without its steps can be cancelled all the same", () => {
  const { steps, request, ...old } = play(created, released("901")).state;
  expect([steps.length, request]).toEqual([2, null]);
  const read = readOrderState(old);
  expect(orderToCash(read, cancelled()).commands.map(({ step }) => step)).toEqual([
    "cancel-release-1:cancel-1",
  ]);
  expect(readOrderState(read)).toEqual(read);
});
