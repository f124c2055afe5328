import { parseDecimal } from "./decimal.ts";
import { parseUomCode, quantity } from "./quantity.ts";
import { checkReturn } from "./return.ts";

const each = (value: string) => quantity(parseDecimal(value), parseUomCode("EA"));
const shipped = { lineNumber: 1, shipped: each("5") };
const want = (value: string, line: typeof shipped | null = shipped) => ({
  line,
  quantity: parseDecimal(value),
});
const codes = (...args: Parameters<typeof checkReturn>) =>
  checkReturn(...args).map(({ code, field }) => [code, field?.join(".")]);

test("what has left may come back, up to the last piece", () => {
  expect(codes([want("5")], [])).toEqual([]);
  expect(codes([want("2"), want("3")], [])).toEqual([]);
});

test("more than has left is refused, earlier returns and earlier lines counted", () => {
  expect(codes([want("5.1")], [])).toEqual([["NOT_RETURNABLE", "lines.0.quantity"]]);
  expect(codes([want("3"), want("3")], [])).toEqual([["NOT_RETURNABLE", "lines.1.quantity"]]);
  expect(codes([want("3")], [{ lineNumber: 1, quantity: each("3") }])).toEqual([
    ["NOT_RETURNABLE", "lines.0.quantity"],
  ]);
  expect(codes([want("3")], [{ lineNumber: 2, quantity: each("3") }])).toEqual([]);
});

test("all that is wrong is told at once", () => {
  expect(codes([want("1", null), want("0"), want("9")], [])).toEqual([
    ["UNKNOWN_LINE", "lines.0.orderLineId"],
    ["INVALID_QUANTITY", "lines.1.quantity"],
    ["NOT_RETURNABLE", "lines.2.quantity"],
  ]);
  expect(codes([], [])).toEqual([["NOT_RETURNABLE", "lines"]]);
});
