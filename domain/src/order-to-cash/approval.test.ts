import fc from "fast-check";
import type { AcceptanceHoldCode } from "../acceptance/order-acceptance.ts";
import { parseOrderNumber, type OrderId } from "../identifiers.ts";
import type { OrderState } from "../order-state.ts";
import { orderOfFive } from "../testing/orders.ts";
import { parseInstant } from "../time.ts";
import { decisionsAwaited } from "./approval.ts";
import type { OrderToCashEvent, OrderToCashResult } from "./events.ts";
import { amendRefusal, cancelRefusal } from "./may-change.ts";
import { openOrder, orderToCash } from "./order-to-cash.ts";

const COMMAND = "the-command";
const at = parseInstant("2026-11-21T08:00:00Z");
const stamp = { at, source: "crossdock" };
function held(...codes: AcceptanceHoldCode[]): OrderToCashResult {
  const holds = codes.map((code) => ({ code, reason: `${code}.` }));
  const acceptance = {
    rules: "acceptance/1",
    inStockOnly: true,
    isPromised: true,
    holds,
    notices: [],
  };
  return openOrder(orderOfFive.key as string as OrderId, { ...orderOfFive, acceptance }, COMMAND);
}

const released = (code: AcceptanceHoldCode | null, note: string | null = null) =>
  ({ kind: "holdReleased", code, note, ...stamp }) as const;
const declined = { kind: "orderDeclined", reason: "Not for us.", ...stamp } as const;
const created = {
  kind: "orderCreated",
  number: parseOrderNumber("SO-1"),
  ...stamp,
} as const;
const cancelled = {
  kind: "cancelRequested",
  commandId: "cancel",
  reason: null,
  ...stamp,
} as const;
const takenBack = {
  kind: "stepEnded",
  step: "createOrder",
  isDone: false,
  note: "Taken back.",
  ...stamp,
} as const;

test("an order that waits for a decision is on hold from its first moment, and says why", () => {
  const { state, changes, commands } = held("CREDIT_EXCEEDED", "APPROVAL_NEEDED");
  expect(state.status).toBe("ON_HOLD");
  expect(changes).toEqual(["SUBMITTED", "HELD"]);
  expect(commands).toEqual([]);
  expect(state.holds.map(({ code }) => code)).toEqual([
    "approval:CREDIT_EXCEEDED",
    "approval:APPROVAL_NEEDED",
  ]);
  expect(amendRefusal(state)).toMatchObject({ code: "NOT_AMENDABLE" });
  expect(cancelRefusal(state)).toBeNull();
});

test("it is sent with the last decision in its favour, once", () => {
  const first = orderToCash(
    held("CREDIT_EXCEEDED", "APPROVAL_NEEDED").state,
    released("CREDIT_EXCEEDED", "They paid."),
  );
  expect(first).toMatchObject({ commands: [], changes: [] });
  expect(first.state.status).toBe("ON_HOLD");
  const last = orderToCash(first.state, released(null));
  expect(last.commands).toEqual([{ kind: "sendOrder", step: "send", commandId: COMMAND }]);
  expect(last.changes).toEqual(["RELEASED"]);
  expect(last.state.status).toBe("SUBMITTED");
  expect(last.state.timeline.map(({ type, note }) => [type, note])).toEqual([
    ["SUBMITTED", null],
    ["HOLD_RELEASED", "CREDIT_EXCEEDED: They paid."],
    ["HOLD_RELEASED", "APPROVAL_NEEDED"],
  ]);
  const again = orderToCash(last.state, released(null));
  expect(again).toMatchObject({ state: last.state, commands: [], changes: [] });
});

test("a decision against it ends it and the command that submitted it; nothing is sent any more", () => {
  const { state, changes, ended } = orderToCash(held("APPROVAL_NEEDED").state, declined);
  expect(changes).toEqual(["REJECTED"]);
  expect(state).toMatchObject({ status: "REJECTED", holds: [{ reason: "Not for us." }] });
  expect(ended).toEqual([
    { kind: "refused", commandId: COMMAND, code: "NOT_APPROVED", message: "Not for us." },
  ]);
  const refused = { kind: "orderRefused", code: "NOT_APPROVED", message: "Not for us.", ...stamp };
  for (const event of [declined, released(null), { ...refused, kind: "orderRefused" } as const]) {
    expect(orderToCash(state, event)).toMatchObject({
      state,
      commands: [],
      changes: [],
      ended: [],
    });
  }
});

test("its buyer takes it back: its command has reached nobody, so it is withdrawn at once", () => {
  const wanted = orderToCash(held("CREDIT_EXCEEDED").state, cancelled);
  expect(wanted.commands).toMatchObject([{ kind: "withdraw", withdrawn: "createOrder" }]);
  const { state, ended } = orderToCash(wanted.state, takenBack);
  expect(state).toMatchObject({ status: "CANCELLED", holds: [] });
  expect(ended).toEqual([{ kind: "done", commandId: "cancel" }]);
});

test("whatever is decided in whatever order and how often: it is sent at most once, and never before all have agreed", () => {
  const codes: AcceptanceHoldCode[] = ["CREDIT_EXCEEDED", "CUSTOMER_ON_HOLD", "APPROVAL_NEEDED"];
  const events = fc.array(
    fc.constantFrom<OrderToCashEvent>(...codes.map((code) => released(code)), declined),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(fc.subarray(codes, { minLength: 1 }), events, (awaited, told) => {
      let state: OrderState = held(...awaited).state;
      const agreed = new Set<AcceptanceHoldCode>();
      let sent = 0;
      for (const event of told) {
        const isOpen = decisionsAwaited(state).length > 0;
        if (isOpen && event.kind === "holdReleased" && event.code !== null) agreed.add(event.code);
        const result = orderToCash(state, event);
        state = result.state;
        sent += result.commands.filter(({ kind }) => kind === "sendOrder").length;
        const isAgreed = awaited.every((code) => agreed.has(code));
        expect(sent).toBe(isAgreed && state.status !== "REJECTED" ? 1 : 0);
        expect(state.status === "ON_HOLD").toBe(decisionsAwaited(state).length > 0);
      }
      if (sent === 1) expect(orderToCash(state, created).state.status).toBe("CONFIRMED");
    }),
  );
});
