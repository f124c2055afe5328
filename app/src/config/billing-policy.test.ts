import { billingTermsOf, parseCustomerNumber } from "@crossdock/domain";
import { billingPolicy } from "./billing-policy.ts";

const charged = parseCustomerNumber("C10560");
const other = parseCustomerNumber("C10010");

test("left out, nothing stands between a shipment and its bill but what a tax source says", () => {
  const policy = billingPolicy.parse(undefined);
  expect(policy.closedPeriod).toBe("hold");
  expect(billingTermsOf(policy, { hasTax: false, hasCarrier: true })(charged)).toEqual({
    tax: "FINANCE",
    freight: "IN_PRICES",
    priceTolerance: null,
    freightTolerance: "0.1",
  });
});

test("freight is charged to those who are named, where there is a carrier to tell it", () => {
  const policy = billingPolicy.parse({ freightBilledTo: ["C10560"], priceTolerance: "0.01" });
  const terms = billingTermsOf(policy, { hasTax: true, hasCarrier: true });
  expect(terms(charged)).toMatchObject({
    tax: "SOURCE",
    freight: "BILLED",
    priceTolerance: "0.01",
  });
  expect(terms(other).freight).toBe("IN_PRICES");
  expect(billingTermsOf(policy, { hasTax: true, hasCarrier: false })(charged).freight).toBe(
    "IN_PRICES",
  );
});

test.each([
  ["a tolerance that is more than all of it", { priceTolerance: "1.5" }],
  ["a tolerance below zero", { freightTolerance: "-0.1" }],
  ["a number that has lost digits already", { priceTolerance: 0.1 }],
  ["another way with closed periods", { closedPeriod: "skip" }],
  ["a key that means nothing", { tolerance: "0.1" }],
])("%s is refused", (_of, policy) => {
  expect(billingPolicy.safeParse(policy).success).toBe(false);
});
