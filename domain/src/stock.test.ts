import { parseDecimal } from "./decimal.ts";
import { parseUomCode, quantity } from "./quantity.ts";
import { PLAIN_STOCK_POLICY, standingIn } from "./stock-policy.ts";
import { availableToPromise, totalAvailableToPromise } from "./stock.ts";

const each = (digits: number) => quantity(parseDecimal(String(digits)), parseUomCode("EA"));
const position = (onHand: number, allocated: number) => ({
  onHand: each(onHand),
  allocated: each(allocated),
});

test("what can be promised is what is on hand and not promised, never below zero", () => {
  expect(availableToPromise(position(10, 4))).toEqual(each(6));
  expect(availableToPromise(position(4, 10))).toEqual(each(0));
});

test("of stock that does not count nothing can be promised, and the others are what they are", () => {
  const outside = { ...position(100, 1), countsTowardsAtp: false };
  expect(availableToPromise(outside)).toEqual(each(0));
  const all = [position(10, 4), outside, { ...position(5, 0), countsTowardsAtp: true }];
  expect(totalAvailableToPromise(all)).toEqual(each(11));
  expect(totalAvailableToPromise([outside])).toEqual(each(0));
  expect(totalAvailableToPromise([])).toBeNull();
});

test("a warehouse that nobody has decided about holds the distributor's own stock", () => {
  const own = { ownership: "OWN", countsTowardsAtp: true };
  expect(standingIn(PLAIN_STOCK_POLICY, "EAST")).toEqual(own);
  const consigned = { ownership: "CONSIGNMENT", countsTowardsAtp: false } as const;
  const policy = { ...PLAIN_STOCK_POLICY, warehouses: { WEST: consigned } };
  expect(standingIn(policy, "WEST")).toEqual(consigned);
  expect(standingIn(policy, "toString")).toEqual(own);
});
