import fc from "fast-check";
import {
  addRatios,
  ceilRatio,
  compareDecimals,
  compareRatios,
  countInOrderedUnit,
  divideRatios,
  exactDecimalOf,
  inOrderedUnit,
  isInteger,
  money,
  multiplyDecimals,
  multiplyRatios,
  parseCurrencyCode,
  parseDecimal,
  parseSku,
  parseUomCode,
  quantity,
  ratioOf,
  roundDecimal,
  roundRatio,
  smallestOrderable,
  toBaseUom,
  wholeRatio,
  type Decimal,
  type Product,
} from "./index.ts";

const EA = parseUomCode("EA");
const BX = parseUomCode("BX");

/** Up to nine digits, some behind the point. */
const decimal = fc
  .tuple(fc.integer({ min: 0, max: 999_999_999 }), fc.integer({ min: 0, max: 5 }))
  .map(([digits, places]) => parseDecimal(scaled(digits, places)));
const positive = decimal.filter((value) => Number(value) > 0);

function scaled(digits: number, places: number): string {
  const text = String(digits).padStart(places + 1, "0");
  const at = text.length - places;
  return places === 0 ? text : `${text.slice(0, at)}.${text.slice(at)}`;
}

function productWith(box: Decimal): Product {
  return {
    sku: parseSku("A"),
    name: "A",
    description: null,
    gtin: null,
    baseUom: EA,
    uoms: [
      { uom: EA, factor: parseDecimal("1") },
      { uom: BX, factor: box },
    ],
    tracking: "NONE",
    weight: null,
    listPrice: money(parseDecimal("1"), parseCurrencyCode("USD")),
    isBlocked: false,
  };
}

test("a third three times is one", () => {
  const third = divideRatios(wholeRatio(1n), wholeRatio(3n));
  expect(addRatios(addRatios(third, third), third)).toEqual(wholeRatio(1n));
  expect(exactDecimalOf(third)).toBeNull();
  expect(roundRatio(third, 5)).toBe("0.33333");
  expect(roundRatio(multiplyRatios(third, wholeRatio(-2n)), 5)).toBe("-0.66667");
});

test("every decimal is a ratio and reads back as itself", () => {
  fc.assert(
    fc.property(decimal, fc.boolean(), (value, isNegative) => {
      const signed = multiplyDecimals(value, parseDecimal(isNegative ? "-1" : "1"));
      const back = exactDecimalOf(ratioOf(signed));
      expect(compareDecimals(back ?? parseDecimal("0"), signed)).toBe(0);
    }),
  );
});

test("rounding a ratio is rounding the decimal that it is", () => {
  fc.assert(
    fc.property(decimal, fc.integer({ min: 0, max: 5 }), (value, places) => {
      const rounded = roundRatio(ratioOf(value), places);
      expect(compareDecimals(rounded, roundDecimal(value, places))).toBe(0);
    }),
  );
});

test("goods that are counted in pieces and back in the unit that was ordered are the same goods", () => {
  fc.assert(
    fc.property(positive, positive, (value, box) => {
      const ordered = quantity(value, BX);
      const orderedBase = toBaseUom(productWith(box), ordered);
      if (orderedBase === null) throw new Error("A box is a unit of it.");
      expect(countInOrderedUnit({ ordered, orderedBase }, orderedBase.value)).toEqual(
        ratioOf(value),
      );
    }),
  );
});

test("however a line is shipped piece by piece, all of it is what was ordered", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1 }), (parts) => {
      const pieces = parts.reduce((sum, part) => sum + part, 0);
      const orderedBase = quantity(parseDecimal(String(pieces)), EA);
      const line = { ordered: quantity(parseDecimal("1"), BX), orderedBase };
      const counts = parts.map((part) => countInOrderedUnit(line, parseDecimal(String(part))));
      expect(counts.reduce(addRatios)).toEqual(wholeRatio(1n));
    }),
  );
});

test("a part of a box is told with twenty places", () => {
  const line = {
    ordered: quantity(parseDecimal("1"), BX),
    orderedBase: quantity(parseDecimal("12"), EA),
  };
  expect(inOrderedUnit(line, parseDecimal("4")).value).toBe("0.33333333333333333333");
  expect(inOrderedUnit(line, parseDecimal("12"))).toEqual({ value: "1", uom: "BX" });
});

test("a unit that holds nothing is none", () => {
  const product = productWith(parseDecimal("0"));
  expect(toBaseUom(product, quantity(parseDecimal("4"), BX))).toBeNull();
});

test.each([
  ["12", "24", "2"],
  ["12", "25", "2.25"],
  ["12", "0", "0"],
  ["1", "10", "10"],
  ["10", "25", "2.5"],
  ["0.5", "3", "6"],
  ["7", "8", "2"],
])("of units of %s, %s pieces take %s", (factor, pieces, expected) => {
  const count = smallestOrderable(parseDecimal(factor), ratioOf(parseDecimal(pieces)));
  expect(count).toBe(expected);
});

test("what can be ordered at least holds the pieces, whole ones, and nothing less does", () => {
  const factor = fc.integer({ min: 1, max: 400 }).map((value) => parseDecimal(scaled(value, 1)));
  fc.assert(
    fc.property(factor, fc.integer({ min: 1, max: 500 }), (unit, pieces) => {
      const count = smallestOrderable(unit, wholeRatio(BigInt(pieces)));
      const held = multiplyDecimals(count, unit);
      expect(isInteger(held)).toBe(true);
      expect(Number(held)).toBeGreaterThanOrEqual(pieces);
      for (let fewer = BigInt(pieces); fewer < BigInt(held); fewer += 1n) {
        expect(exactDecimalOf(divideRatios(wholeRatio(fewer), ratioOf(unit)))).toBeNull();
      }
    }),
  );
});

test("the whole number above, also below zero", () => {
  const halves = [3n, -3n, 4n, 0n].map((numerator) => ({ numerator, denominator: 2n }));
  expect(halves.map((half) => ceilRatio(half))).toEqual([2n, -1n, 2n, 0n]);
  expect(compareRatios(wholeRatio(1n), wholeRatio(2n))).toBeLessThan(0);
});
