import { describeCount, isWithinTolerance } from "./count-tolerance.ts";
import { parseDecimal } from "./decimal.ts";
import { money, parseCurrencyCode } from "./money.ts";
import { parseUomCode, quantity } from "./quantity.ts";

const each = (digits: string) => quantity(parseDecimal(digits), parseUomCode("EA"));
const count = (counted: string, booked: string) => ({
  counted: each(counted),
  booked: each(booked),
});

test.each([
  ["100", "100", true],
  ["95", "100", true],
  ["105", "100", true],
  ["94", "100", false],
  ["106", "100", false],
  ["1000", "990", false],
  ["0", "5", false],
  ["3", "4", false],
  ["1", "0", false],
  ["0", "0", true],
])("%s counted where the books say %s, within 5 units and a tenth: %s", (counted, booked, is) => {
  const tolerance = { units: parseDecimal("5"), share: parseDecimal("0.1") };
  expect(isWithinTolerance(count(counted, booked), tolerance)).toBe(is);
});

test("without a share only the units count, and without a tolerance nothing does", () => {
  const tolerance = { units: parseDecimal("5"), share: null };
  expect(isWithinTolerance(count("3", "0"), tolerance)).toBe(true);
  expect(isWithinTolerance(count("6", "0"), tolerance)).toBe(false);
  expect(isWithinTolerance(count("0", "1000000"), null)).toBe(true);
});

test("who decides reads both numbers, the difference and what it is worth", () => {
  const unitCost = money(parseDecimal("2.505"), parseCurrencyCode("USD"));
  expect(describeCount(count("7", "10"), unitCost)).toContain(
    "7 EA were counted and the books say 10 EA: a difference of -3 EA, worth",
  );
  expect(describeCount(count("7", "10"), unitCost)).toMatch(/-7\.5[12]/);
  expect(describeCount(count("12", "10"), null)).toContain("a difference of +2 EA, more than");
});
