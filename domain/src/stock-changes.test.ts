import { parseDecimal } from "./decimal.ts";
import { parseSku, parseWarehouseCode } from "./identifiers.ts";
import { parseUomCode, quantity } from "./quantity.ts";
import type { InventoryChange } from "./stock.ts";
import {
  nothingTold,
  stockAfterEach,
  stockChangesOf,
  toldBy,
  type ShelfMovement,
  type StockReading,
  type ToldStock,
} from "./stock-changes.ts";
import { parseInstant } from "./time.ts";

const AT = parseInstant("2026-11-21T08:00:00Z");
const each = (digits: number) => quantity(parseDecimal(String(digits)), parseUomCode("EA"));

function moved(number: number, change: InventoryChange, delta: number): ShelfMovement {
  return {
    number,
    change,
    delta: each(delta),
    at: parseInstant(`2026-11-21T07:5${String(number)}:00Z`),
  };
}

function seen(
  onHand: number,
  allocated = 0,
  movements: readonly ShelfMovement[] = [],
): StockReading {
  const level = {
    sku: parseSku("NG-1"),
    warehouse: parseWarehouseCode("EAST"),
    onHand: each(onHand),
    allocated: each(allocated),
    inbound: each(0),
  };
  return { level, movements, askedAt: AT, answeredAt: AT };
}

const told = (onHand: number, allocated = 0, held = 0): ToldStock =>
  toldBy(nothingTold(seen(0).level), seen(onHand, allocated), each(held));

const changes = (before: ToldStock, reading: StockReading, held = 0) =>
  stockChangesOf(before, reading, each(held)).map(
    ({ change, delta }) => `${change} ${delta.value}`,
  );

test("what is as it was is not told", () => {
  expect(changes(told(10, 2, 3), seen(10, 2), 3)).toEqual([]);
});

test("movements name what changed, each at its own time", () => {
  const reading = seen(18, 0, [moved(1, "RECEIVED", 10), moved(2, "ADJUSTED", -2)]);
  expect(changes(told(10), reading)).toEqual(["RECEIVED 10", "ADJUSTED -2"]);
  expect(stockChangesOf(told(10), reading, each(0)).map(({ at }) => at)).toEqual([
    "2026-11-21T07:51:00.000Z",
    "2026-11-21T07:52:00.000Z",
  ]);
});

test("a movement is told once, however often the history names it", () => {
  const reading = seen(20, 0, [moved(1, "RECEIVED", 10)]);
  const after = toldBy(told(10), reading, each(0));
  expect(changes(after, reading)).toEqual([]);
  const next = seen(15, 0, [moved(1, "RECEIVED", 10), moved(2, "ADJUSTED", -5)]);
  expect(changes(after, next)).toEqual(["ADJUSTED -5"]);
});

test("a level that was read before its movement was in the history is told once", () => {
  const early = seen(20);
  expect(changes(told(10), early)).toEqual(["ADJUSTED 10"]);
  const after = toldBy(told(10), early, each(0));
  expect(changes(after, seen(20, 0, [moved(1, "RECEIVED", 10)]))).toEqual([]);
  const both = seen(17, 0, [moved(1, "RECEIVED", 10), moved(2, "ADJUSTED", -3)]);
  expect(changes(after, both)).toEqual(["ADJUSTED -3"]);
});

test("a difference that no movement explains is one correction; its kind is that of all movements or none", () => {
  expect(changes(told(10), seen(7))).toEqual(["ADJUSTED -3"]);
  expect(changes(told(10), seen(17, 0, [moved(1, "RECEIVED", 5)]))).toEqual(["RECEIVED 7"]);
  expect(
    changes(told(10), seen(17, 0, [moved(1, "RECEIVED", 5), moved(2, "ADJUSTED", -1)])),
  ).toEqual(["ADJUSTED 7"]);
  expect(changes(told(10), seen(7, 0, [moved(1, "RECEIVED", 5)]))).toEqual(["ADJUSTED -3"]);
});

test("what is promised to orders of the warehouse is told as set aside, and as free when it is taken back", () => {
  expect(changes(told(10, 2), seen(10, 5))).toEqual(["RESERVED -3"]);
  expect(changes(told(10, 5), seen(10, 2))).toEqual(["RELEASED 3"]);
});

test("goods that are picked were promised before: nobody is told that they are free again", () => {
  expect(changes(told(10, 4), seen(6, 0, [moved(1, "PICKED", -4)]))).toEqual(["PICKED -4"]);
  expect(changes(told(10, 0), seen(6, 0, [moved(1, "PICKED", -4)]))).toEqual([
    "RESERVED -4",
    "PICKED -4",
  ]);
});

test("what a reservation held and the warehouse then promises is not told again", () => {
  expect(changes(told(10, 0, 3), seen(10, 3), 0)).toEqual([]);
  expect(changes(told(10, 0, 3), seen(10, 0), 0)).toEqual(["RELEASED 3"]);
});

test("changes added to what was told come to what is there", () => {
  const before = told(10, 4, 1);
  const reading = seen(13, 6, [moved(1, "RECEIVED", 5), moved(2, "PICKED", -2)]);
  const onHand = stockChangesOf(before, reading, each(2))
    .filter(({ change }) => change !== "RESERVED" && change !== "RELEASED")
    .reduce((sum, { delta }) => sum + Number(delta.value), 10);
  expect(onHand).toBe(13);
  // 10 - 4 - 1 could be promised, now 13 - 6 - 2: received 5, set aside 5, and what was picked was promised.
  expect(changes(before, reading, 2)).toEqual(["RESERVED -5", "RECEIVED 5", "PICKED -2"]);
});

test("each change has the stock as it was after it and before the next", () => {
  const before = told(10, 4, 1);
  const reading = seen(13, 6, [moved(1, "RECEIVED", 5), moved(2, "PICKED", -2)]);
  const found = stockChangesOf(before, reading, each(2));
  const last = { onHand: each(13), allocated: each(8) };
  const after = stockAfterEach(found, last).map(
    ({ onHand, allocated }) => `${onHand.value}/${allocated.value}`,
  );
  expect(after).toEqual(["10/10", "15/10", "13/8"]);
  expect(stockAfterEach([], last)).toEqual([]);
});
