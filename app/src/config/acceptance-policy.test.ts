import { DEFAULT_ACCEPTANCE_POLICY, rulesOf } from "@crossdock/domain";
import { acceptancePolicy } from "./acceptance-policy.ts";

test("left out, orders are taken as they were before there were rules", () => {
  expect(acceptancePolicy.parse(undefined)).toEqual(DEFAULT_ACCEPTANCE_POLICY);
});

test("what stands above holds for every channel, but for what a channel says itself; amounts keep their digits", () => {
  const policy = acceptancePolicy.parse({
    version: "house-rules/3",
    onCreditExceeded: "hold",
    approveAbove: "25000.05",
    priceTolerance: { percent: "0.5" },
    channels: { EDI: { onCreditExceeded: "refuse", minimumOrderValue: 50, approveAbove: null } },
  });
  expect(policy.version).toBe("house-rules/3");
  expect(rulesOf(policy, "PORTAL")).toMatchObject({
    onCreditExceeded: "hold",
    approveAbove: "25000.05",
    minimumOrderValue: null,
    priceTolerance: { amount: "0", percent: "0.5" },
  });
  expect(rulesOf(policy, "EDI")).toMatchObject({
    onCreditExceeded: "refuse",
    approveAbove: null,
    minimumOrderValue: "50",
  });
});

test.each([
  [{ approveAbove: 12.5 }, ["approveAbove"]],
  [{ approveAbove: "a lot" }, ["approveAbove"]],
  [{ onCreditExceeded: "ignore" }, ["onCreditExceeded"]],
  [{ cutOff: { time: "24:00", timeZone: "UTC" } }, ["cutOff", "time"]],
  [{ cutOff: { time: "15:30", timeZone: "Middle/Earth" } }, ["cutOff", "timeZone"]],
  [{ channels: { EDI: { maximumLines: 501 } } }, ["channels", "EDI", "maximumLines"]],
  [{ aprovAbove: "1" }, []],
])("%j is refused with its place", (given, path) => {
  const { error } = acceptancePolicy.safeParse(given);
  expect(error?.issues.map((issue) => issue.path)).toEqual([path]);
});
