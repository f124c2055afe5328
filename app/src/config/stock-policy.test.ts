import { PLAIN_STOCK_POLICY } from "@crossdock/domain";
import { stockPolicy } from "./stock-policy.ts";

test("what is left out is as it was without: all stock can be promised, and every count is entered", () => {
  expect(stockPolicy.parse(undefined)).toEqual(PLAIN_STOCK_POLICY);
  expect(stockPolicy.parse({ warehouses: { WEST: {} } })).toEqual({
    warehouses: { WEST: { ownership: "OWN", countsTowardsAtp: true } },
    countTolerance: null,
  });
});

test("a tolerance is in units and, where it is given, in a part of what the books say", () => {
  expect(stockPolicy.parse({ countTolerance: { units: 5 } }).countTolerance).toEqual({
    units: "5",
    share: null,
  });
  const both = { countTolerance: { units: "2.5", share: "0.02" } };
  expect(stockPolicy.parse(both).countTolerance).toEqual({ units: "2.5", share: "0.02" });
});

test.each([
  { countTolerance: {} },
  { countTolerance: { units: -1 } },
  { countTolerance: { units: 1.5 } },
  { countTolerance: { units: 1, share: "1.01" } },
  { countTolerance: { units: 1, share: 0.02 } },
  { warehouses: { WEST: { ownership: "OURS" } } },
  { warehouses: { WEST: { atp: false } } },
  { warehouse: {} },
])("%j is refused", (policy) => {
  expect(stockPolicy.safeParse(policy).success).toBe(false);
});
