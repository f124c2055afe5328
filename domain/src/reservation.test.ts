import { parseDecimal } from "./decimal.ts";
import { parseSku, parseWarehouseCode } from "./identifiers.ts";
import { parseUomCode, quantity } from "./quantity.ts";
import { offerFor, offersLeft, withHeld, type HeldStock } from "./reservation.ts";
import { availableToPromise, type StockPosition } from "./stock.ts";

const each = (value: string) => quantity(parseDecimal(value), parseUomCode("EA"));
const [EAST, WEST] = [parseWarehouseCode("EAST"), parseWarehouseCode("WEST")];
const position = (warehouse: StockPosition["warehouse"], onHand: string): StockPosition => ({
  sku: parseSku("NG-1"),
  warehouse,
  onHand: each(onHand),
  allocated: each("2"),
  inbound: each("0"),
});
const held = (warehouse: StockPosition["warehouse"], value: string): HeldStock => ({
  warehouse,
  quantity: each(value),
});

test("what reservations hold counts as promised, in their own warehouse", () => {
  const [east, west] = withHeld(
    [position(EAST, "10"), position(WEST, "5")],
    [held(EAST, "3"), held(EAST, "0.5")],
  );
  expect(east?.allocated).toEqual(each("5.5"));
  expect(west?.allocated).toEqual(each("2"));
  expect(east === undefined ? null : availableToPromise(east)).toEqual(each("4.5"));
});

test("more held than there is leaves nothing to promise, not less", () => {
  const offers = [{ warehouse: EAST, availableToPromise: each("3") }];
  expect(offersLeft(offers, [held(EAST, "7")])).toEqual([
    { warehouse: EAST, availableToPromise: each("0") },
  ]);
});

test("the first warehouse by code that has the whole is taken, whatever order they come in", () => {
  const left = offersLeft(
    [
      { warehouse: WEST, availableToPromise: each("9") },
      { warehouse: EAST, availableToPromise: each("5") },
    ],
    [held(EAST, "1")],
  );
  expect(offerFor(each("4"), left)?.warehouse).toBe(EAST);
  expect(offerFor(each("5"), left)?.warehouse).toBe(WEST);
  expect(offerFor(each("10"), left)).toBeNull();
});
