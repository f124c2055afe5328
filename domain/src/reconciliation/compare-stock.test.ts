import { parseDecimal } from "../decimal.ts";
import { parseSku, parseWarehouseCode } from "../identifiers.ts";
import { parseUomCode, quantity } from "../quantity.ts";
import { compareStock, type ComparedStock } from "./compare-stock.ts";

const each = (value: string) => quantity(parseDecimal(value), parseUomCode("EA"));
const SOURCES = { erp: "erp", wms: "wms" };
const agreed: ComparedStock = {
  sku: parseSku("NG-10001"),
  warehouse: parseWarehouseCode("EAST"),
  booked: each("10"),
  waiting: each("0"),
  leaving: each("0"),
  arriving: each("0"),
  onHand: each("10"),
  told: null,
};
const compare = (changes: Partial<ComparedStock>) =>
  compareStock({ ...agreed, ...changes }, SOURCES);

test("what is under way, and what waits in a journal, is no difference", () => {
  expect(compare({})).toBeNull();
  expect(compare({ onHand: each("7"), leaving: each("3") })).toBeNull();
  expect(compare({ onHand: each("14"), arriving: each("4") })).toBeNull();
  expect(compare({ onHand: each("8"), waiting: each("-2") })).toBeNull();
  // The ERP posts a line at its one location, and two warehouses sent of it.
  expect(compare({ onHand: each("12"), leaving: each("-2") })).toBeNull();
});

test.each([
  [{ onHand: each("9") }, "WRONG_QUANTITY"],
  [{ onHand: each("0") }, "MISSING"],
  [{ booked: each("0") }, "EXTRA"],
  [{ onHand: each("7"), leaving: each("2") }, "WRONG_QUANTITY"],
] as const)(
  "a difference of %j is told as %s, with the count that would end it",
  (changes, kind) => {
    expect(compare(changes)).toMatchObject({ kind, code: "STOCK_MISMATCH", repair: null });
  },
);

test("the count that is proposed is what the books have to say before the rest is posted", () => {
  expect(compare({ onHand: each("7"), leaving: each("2") })?.proposal).toEqual({
    sku: "NG-10001",
    warehouse: "EAST",
    countedQuantity: "9",
  });
});

test("a line in a unit that nobody can count keeps the books out of it, not our own", () => {
  expect(compare({ waiting: null, onHand: each("3") })).toBeNull();
  expect(compare({ waiting: null, told: each("4") })).toMatchObject({
    code: "STOCK_BOOK_STALE",
    repair: { kind: "readStock", sourceId: "NG-10001" },
  });
});
