import fc from "fast-check";
import { parseDecimal } from "../decimal.ts";
import { parseCustomerNumber, parseSku, parseWarehouseCode } from "../identifiers.ts";
import type { ReservationId } from "../identifiers.ts";
import { parseUomCode, quantity } from "../quantity.ts";
import type { Reservation } from "../reservation.ts";
import { instantOf } from "../time.ts";
import {
  promiseStock,
  withoutUsed,
  type PromiseQuestion,
  type StockPart,
} from "./stock-promise.ts";

const EA = parseUomCode("EA");
const SKU = parseSku("NG-1");
const EAST = parseWarehouseCode("EAST");
const HARBOR = parseCustomerNumber("C10010");
const pieces = (count: number) => quantity(parseDecimal(String(count)), EA);
const part = (count: number): StockPart => ({ sku: SKU, warehouse: EAST, quantity: pieces(count) });

let made = 0;
function reserved(count: number, expiresInHours = 1): Reservation {
  return {
    ...part(count),
    id: `01K${String((made += 1)).padStart(23, "0")}` as ReservationId,
    customerNumber: HARBOR,
    status: "HELD",
    expiresAt: instantOf(new Date(Date.UTC(2026, 10, 22, expiresInHours))),
  };
}

const ask = (more: Partial<PromiseQuestion>) =>
  promiseStock({ wanted: [], offers: [], promised: [], named: [], own: [], ...more });

test("the last piece can be promised, one more cannot, and the answer says what could be had", () => {
  const stock = { offers: [part(10)], promised: [part(4), part(1)] };
  expect(ask({ ...stock, wanted: [part(5)] })).toMatchObject({
    kind: "promised",
    parts: [part(5)],
  });
  expect(ask({ ...stock, wanted: [part(6)] })).toEqual({
    kind: "short",
    shortages: [{ ...part(6), available: pieces(5) }],
  });
});

test("stock that went missing is not promised again, and what was promised before is not taken away", () => {
  expect(ask({ offers: [part(3)], promised: [part(9)], wanted: [part(1)] })).toMatchObject({
    shortages: [{ available: pieces(0) }],
  });
});

test("a named reservation is taken whole; only what it lacks is set aside beside it", () => {
  const named = [reserved(4)];
  const stock = { offers: [part(10)], promised: [part(5)], named };
  expect(ask({ ...stock, wanted: [part(5)] })).toMatchObject({ parts: [part(1)] });
  expect(ask({ ...stock, wanted: [part(6)] })).toMatchObject({ kind: "short" });
});

test("the account's other reservations are used up only where nothing else is left, the soonest to end first", () => {
  const [later, sooner] = [reserved(3, 9), reserved(2, 1)];
  const own = [later, sooner];
  expect(ask({ offers: [part(10)], own, wanted: [part(5)] })).toEqual({
    kind: "promised",
    parts: [part(5)],
    consumed: [],
    reduced: [],
  });
  const answer = ask({ offers: [part(10)], own, wanted: [part(8)] });
  expect(answer).toEqual({
    kind: "promised",
    parts: [part(6)],
    consumed: [sooner],
    reduced: [{ id: later.id, quantity: pieces(1) }],
  });
  if (answer.kind !== "promised") throw new Error("It was refused.");
  expect(withoutUsed(own, answer)).toEqual([{ ...later, quantity: pieces(2) }]);
});

test("whoever asks in whatever order: never more than there is, and nothing is refused that was there", () => {
  const asks = fc.array(
    fc.record({
      wanted: fc.integer({ min: 1, max: 9 }),
      isOwn: fc.boolean(),
    }),
    { maxLength: 30 },
  );
  const holds = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), holds, asks, (stock, held, orders) => {
      let own: readonly Reservation[] = held
        .map((count) => reserved(count))
        .filter((_, at) => sum(held.slice(0, at + 1)) <= stock);
      const promised: StockPart[] = [];
      for (const { wanted, isOwn } of orders) {
        const left = stock - sumOf(promised) - (isOwn ? 0 : sumOf(own));
        const answer = ask({
          offers: [part(stock)],
          wanted: [part(wanted)],
          promised: isOwn ? promised : [...promised, ...own],
          own: isOwn ? own : [],
        });
        expect(answer.kind).toBe(wanted <= left ? "promised" : "short");
        if (answer.kind === "short") {
          expect(answer.shortages).toMatchObject([{ available: pieces(Math.max(0, left)) }]);
          continue;
        }
        promised.push(...answer.parts, ...answer.consumed);
        if (isOwn) own = withoutUsed(own, answer);
        expect(sumOf(promised) + sumOf(own)).toBeLessThanOrEqual(stock);
      }
    }),
  );
});

function sum(counts: readonly number[]): number {
  return counts.reduce((left, right) => left + right, 0);
}

function sumOf(parts: readonly StockPart[]): number {
  return sum(parts.map(({ quantity: { value } }) => Number(value)));
}
