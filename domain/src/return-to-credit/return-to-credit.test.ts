import fc from "fast-check";
import { parseDecimal } from "../decimal.ts";
import {
  parseCustomerNumber,
  parseInvoiceId,
  parseInvoiceNumber,
  parseOrderId,
  parseShipmentId,
  parseSku,
  parseWarehouseCode,
} from "../identifiers.ts";
import { parseCurrencyCode } from "../money.ts";
import { parseUomCode, quantity } from "../quantity.ts";
import type { Return, ReturnId } from "../return.ts";
import { instantOf, type Instant } from "../time.ts";
import type { PlannedParcel, ReturnToCreditCommand, ReturnToCreditEvent } from "./events.ts";
import type { IssuedMemo, ReportedGoods } from "./parcel.ts";
import { requestedReturn, returnToCredit } from "./return-to-credit.ts";
import { CAUTIOUS_RETURNS, termsOf } from "./terms.ts";

const BOLT = parseSku("NG-10001");
const NUT = parseSku("NG-10002");
const EAST = parseWarehouseCode("EAST");

test("a return that is authorized is announced to the warehouse that sent its goods, once", () => {
  const { state, commands } = play([authorized(), authorized()]);
  expect(state.status).toBe("AUTHORIZED");
  expect(commands).toEqual(["announce-1", "announce-2"]);
});

test("arrived, inspected and credited: each parcel on its own, the slowest says how far the return is", () => {
  const steps = [
    authorized(),
    announced(1),
    announced(2),
    reported(1, "ARRIVED"),
    reported(1, "INSPECTED", [goods(BOLT, "3", "RESTOCK", "L1")]),
    credited(1),
  ];
  expect(play(steps.slice(0, 4)).state.status).toBe("RECEIVED");
  const first = play(steps);
  expect(first.state.status).toBe("RECEIVED");
  expect(first.commands).toEqual(["announce-1", "announce-2", "credit-1"]);
  const both = play([
    ...steps,
    reported(2, "INSPECTED", [goods(NUT, "2", "QUARANTINE", null)]),
    credited(2),
  ]);
  expect(both.state.status).toBe("CREDITED");
  expect(both.changes).toEqual(["AUTHORIZED", "RECEIVED", "INSPECTED", "CREDITED"]);
});

test("what has to be scrapped is credited only where the terms say so", () => {
  const scrapped = [
    authorized([parcel("S1", [line(1, BOLT, "3", "L1")])]),
    reported(1, "INSPECTED", [goods(BOLT, "3", "SCRAP", "L1")]),
  ];
  expect(play(scrapped).state.status).toBe("REJECTED");
  expect(play(scrapped).commands).toEqual(["announce-1"]);
  const generous = { ...CAUTIOUS_RETURNS, creditScrapped: true };
  expect(play(scrapped, generous).commands).toEqual(["announce-1", "credit-1"]);
});

test("more than was announced, another item and another lot are never credited: a person looks at them", () => {
  const { state, commands } = play([
    authorized(),
    reported(1, "INSPECTED", [
      goods(BOLT, "5", "RESTOCK", "L1"),
      goods(BOLT, "1", "RESTOCK", "L9"),
      goods(NUT, "1", "RESTOCK", null),
    ]),
  ]);
  expect(commands).toEqual(["announce-1", "announce-2", "review-1", "credit-1"]);
  expect(state.parcels[0]?.counted.map(({ quantity: { value } }) => value)).toEqual(["3"]);
  expect(state.parcels[0]?.unexpected.map(({ why, quantity: { value } }) => [why, value])).toEqual([
    ["TOO_MANY", "2"],
    ["WRONG_LOT", "1"],
    ["WRONG_ITEM", "1"],
  ]);
});

test("what of a credit finds nothing open is paid back where the terms say so, and only that", () => {
  const paid = [
    authorized([parcel("S1", [line(1, BOLT, "3", "L1")])]),
    reported(1, "INSPECTED", [goods(BOLT, "3", "RESTOCK", "L1")]),
    credited(1, "20.00"),
  ];
  expect(play(paid).commands).toEqual(["announce-1", "credit-1"]);
  const refunding = play(paid, { ...CAUTIOUS_RETURNS, refund: true });
  expect(refunding.asked.at(-1)).toEqual({
    kind: "refundCredit",
    parcel: 1,
    intent: "refund-1",
    amount: "10",
  });
  const refunded = play([...paid, refundedOf(1)], { ...CAUTIOUS_RETURNS, refund: true });
  expect(refunded.state.parcels[0]?.credit?.refund?.status).toBe("DONE");
});

test("a return that nobody has authorized ends at once", () => {
  const { state, commands, changes } = play([ending("reject")]);
  expect([state.status, commands, changes]).toEqual(["REJECTED", [], ["REJECTED"]]);
});

test("a return that is cancelled is taken back from the warehouse first", () => {
  const steps = [authorized(), announced(1), announced(2), ending("cancel")];
  const asked = play(steps);
  expect(asked.state.status).toBe("AUTHORIZED");
  expect(asked.commands.slice(2)).toEqual([
    `withdraw-1:${at(ORDER.ending)}`,
    `withdraw-2:${at(ORDER.ending)}`,
  ]);
  const done = play([...steps, withdrawn(1), withdrawn(2)]);
  expect(done.state.status).toBe("CANCELLED");
  expect(done.compensated).toEqual(["announce-1", "announce-2"]);
});

test("a parcel that is there already is not taken back: the return goes on", () => {
  const refused = play([
    authorized([parcel("S1", [line(1, BOLT, "3", "L1")])]),
    announced(1),
    ending("cancel"),
    failure("stepRefused", "withdrawReturn"),
    reported(1, "INSPECTED", [goods(BOLT, "3", "RESTOCK", "L1")]),
  ]);
  expect(refused.state.ending).toBeNull();
  expect(refused.state.status).toBe("INSPECTED");
});

test("a step that fails holds the return with its reason, until it is done or a person has ended it", () => {
  const steps = [authorized([parcel("S1", [line(1, BOLT, "3", "L1")])])];
  const failed = play([...steps, failure("stepFailed", "announceReturn")]);
  expect(failed.state.holds).toEqual([
    expect.objectContaining({ code: "announceReturn-1:UNKNOWN_SKU" }),
  ]);
  expect(failed.changes).toEqual(["AUTHORIZED", "HELD"]);
  const retried = play([...steps, failure("stepFailed", "announceReturn"), announced(1)]);
  expect(retried.state.holds).toEqual([]);
  const ended = play([
    ...steps,
    failure("stepFailed", "announceReturn"),
    {
      kind: "stepEnded",
      step: "announceReturn",
      parcel: 1,
      isDone: false,
      note: "nothing comes",
      ...stamp(5),
    },
  ]);
  expect([ended.state.status, ended.state.holds]).toEqual(["REJECTED", []]);
});

test("what of a withdrawn parcel comes all the same is looked at", () => {
  const { state } = play([
    authorized([parcel("S1", [line(1, BOLT, "3", "L1")])]),
    announced(1),
    ending("cancel"),
    withdrawn(1),
    reported(1, "ARRIVED"),
  ]);
  expect(state.status).toBe("RECEIVED");
});

/** What sources and people tell after the return is authorized; each may be told again, later, in any order. */
const LIVES: readonly {
  readonly name: string;
  readonly told: readonly ReturnToCreditEvent[];
  readonly end: string;
}[] = [
  {
    name: "all comes back and is credited",
    told: [
      announced(1),
      announced(2),
      reported(1, "AWAITED"),
      reported(1, "ARRIVED"),
      reported(1, "INSPECTED", [goods(BOLT, "3", "RESTOCK", "L1")]),
      reported(2, "INSPECTED", [goods(NUT, "1", "SCRAP", null)]),
    ],
    end: "CREDITED",
  },
  {
    name: "it is cancelled in time",
    told: [announced(1), announced(2), ending("cancel"), reported(1, "AWAITED")],
    end: "CANCELLED",
  },
  {
    name: "one parcel is faster than the cancellation",
    told: [announced(1), announced(2), ending("cancel"), reported(1, "ARRIVED")],
    end: "RECEIVED",
  },
];

test.each(LIVES)(
  "$name: the same end however often and in what order it is told",
  ({ told, end }) => {
    const events = fc
      .array(fc.constantFrom(...told), { maxLength: 12 })
      .chain((repeats) =>
        fc.shuffledSubarray([...told, ...repeats], { minLength: told.length + repeats.length }),
      );
    fc.assert(
      fc.property(events, (order) => {
        const { state, commands } = settle([authorized(), ...order]);
        expect(state.status).toBe(end);
        expect(new Set(commands).size).toBe(commands.length);
        expect(state.parcels.some(({ status }) => status === "WITHDRAWING")).toBe(false);
        expect(state.holds).toEqual([]);
      }),
      { numRuns: 500 },
    );
  },
);

/** Plays the sources as well: whatever is asked for is done, and a warehouse that has the goods refuses to forget them. */
function settle(events: readonly ReturnToCreditEvent[]) {
  const played = play(events);
  let { state } = played;
  const commands = [...played.commands];
  let open = [...played.asked];
  while (open.length > 0) {
    const [next, ...rest] = open;
    open = rest;
    if (next === undefined) break;
    const result = returnToCredit(state, answerTo(next, state), next.intent);
    state = result.state;
    commands.push(...result.commands.map(({ intent }) => intent));
    open.push(...result.commands);
  }
  return { state, commands };
}

function answerTo(
  { kind, parcel: number }: ReturnToCreditCommand,
  state: Return,
): ReturnToCreditEvent {
  switch (kind) {
    case "announceReturn":
      return announced(number);
    case "withdrawReturn":
      return isBack(state, number)
        ? failure("stepRefused", "withdrawReturn", number)
        : withdrawn(number);
    case "reviewReturn":
      return { kind: "reviewed", parcel: number, ...stamp(8) };
    case "creditReturn":
      return credited(number);
    case "refundCredit":
      return refundedOf(number);
  }
}

function isBack({ parcels }: Return, number: number): boolean {
  const status = parcels[number - 1]?.status;
  return status === "ARRIVED" || status === "INSPECTED";
}

function play(events: readonly ReturnToCreditEvent[], policy = CAUTIOUS_RETURNS) {
  let state = requestedReturn({
    id: "01JD0000000000000000000000" as ReturnId,
    number: "RMA-0000042",
    orderId: parseOrderId("7K3QF9M2ZT"),
    customerNumber: parseCustomerNumber("C10010"),
    lines: [
      { lineNumber: 1, quantity: quantity(parseDecimal("3"), parseUomCode("EA")), reason: "dents" },
    ],
    requestedAt: at(0),
    terms: termsOf(policy),
  });
  const asked: ReturnToCreditCommand[] = [];
  const changes: string[] = [];
  const compensated: string[] = [];
  for (const event of events) {
    const by = event.kind === "announced" ? `announce-${String(event.parcel)}` : null;
    const result = returnToCredit(state, event, by);
    state = result.state;
    asked.push(...result.commands);
    changes.push(...result.changes);
    compensated.push(...result.compensated);
  }
  return { state, asked, changes, compensated, commands: asked.map(({ intent }) => intent) };
}

function authorized(parcels: readonly PlannedParcel[] = twoParcels()): ReturnToCreditEvent {
  return { kind: "authorized", by: "mara", note: null, parcels, ...stamp(1) };
}

function twoParcels(): readonly PlannedParcel[] {
  return [parcel("S1", [line(1, BOLT, "3", "L1")]), parcel("S2", [line(2, NUT, "2", null)])];
}

function parcel(shipment: string, lines: PlannedParcel["lines"]): PlannedParcel {
  return { shipmentId: parseShipmentId(shipment), warehouse: EAST, lines };
}

function line(lineNumber: number, sku: typeof BOLT, value: string, lot: string | null) {
  return { lineNumber, sku, quantity: each(value), lot, serials: [] };
}

function goods(
  sku: typeof BOLT,
  value: string,
  disposition: ReportedGoods["disposition"],
  lot: string | null,
): ReportedGoods {
  return { sku, quantity: each(value), lot, disposition };
}

function announced(parcelNumber: number): ReturnToCreditEvent {
  return { kind: "announced", parcel: parcelNumber, ...stamp(2) };
}

function reported(
  parcelNumber: number,
  status: "AWAITED" | "ARRIVED" | "INSPECTED" | "CANCELLED",
  found: readonly ReportedGoods[] = [],
): ReturnToCreditEvent {
  return {
    kind: "parcelReported",
    parcel: parcelNumber,
    report: { status, goods: found },
    ...stamp(3),
  };
}

function withdrawn(parcelNumber: number): ReturnToCreditEvent {
  return { kind: "withdrawn", parcel: parcelNumber, ...stamp(5) };
}

function credited(parcelNumber: number, applied = "30.00"): ReturnToCreditEvent {
  const USD = parseCurrencyCode("USD");
  const memo: IssuedMemo = {
    id: `memo-${String(parcelNumber)}`,
    number: `SO-0005001-${String(parcelNumber)}-CM1`,
    invoiceId: parseInvoiceId("inv-1"),
    invoiceNumber: parseInvoiceNumber("SO-0005001-1"),
    total: { amount: parseDecimal("30.00"), currency: USD },
    applied: { amount: parseDecimal(applied), currency: USD },
  };
  return { kind: "credited", parcel: parcelNumber, memo, ...stamp(6) };
}

function refundedOf(parcelNumber: number): ReturnToCreditEvent {
  return { kind: "refunded", parcel: parcelNumber, ...stamp(7) };
}

function ending(kind: "cancel" | "reject"): ReturnToCreditEvent {
  return { kind: "endingRequested", ending: kind, by: "mara", reason: "a mistake", ...stamp(4) };
}

function failure(
  kind: "stepFailed" | "stepRefused",
  step: "announceReturn" | "withdrawReturn",
  parcelNumber = 1,
): ReturnToCreditEvent {
  const code = "UNKNOWN_SKU";
  return { kind, step, parcel: parcelNumber, code, message: "It says no.", ...stamp(4) };
}

function each(value: string) {
  return quantity(parseDecimal(value), parseUomCode("EA"));
}

const ORDER = { ending: 4 } as const;

function stamp(minute: number) {
  return { at: at(minute), source: "wms" };
}

function at(minute: number): Instant {
  return instantOf(new Date(Date.UTC(2026, 10, 21, 8, minute)));
}
