import fc from "fast-check";
import { parseDecimal } from "../decimal.ts";
import { money, parseCurrencyCode } from "../money.ts";
import { parseInstant, parseLocalDate } from "../time.ts";
import { refusal } from "../user-error.ts";
import {
  DEFAULT_ACCEPTANCE_POLICY,
  DEFAULT_CHANNEL_RULES,
  rulesOf,
  type ChannelRules,
} from "./acceptance-policy.ts";
import { checkAcceptance, type AcceptanceQuestion } from "./check-acceptance.ts";
import { isNearEnough } from "./price-tolerance.ts";

const USD = parseCurrencyCode("USD");
const d = (raw: string) => parseDecimal(raw);
const worth = (amount: string) => money(d(amount), USD);
const CREDIT = refusal("CREDIT_EXCEEDED", "Too little credit.", null);
const ON_HOLD = refusal("CUSTOMER_ON_HOLD", "The account is on hold.", ["customerId"]);

function check(rules: Partial<ChannelRules>, more: Partial<AcceptanceQuestion> = {}) {
  const { userErrors, holds } = checkAcceptance({
    rules: { ...DEFAULT_CHANNEL_RULES, ...rules },
    skus: ["NG-1", "NG-2", "XX-1"],
    subtotal: worth("100"),
    requestedDeliveryOn: null,
    at: parseInstant("2026-11-22T15:00:00Z"),
    refusals: [],
    isClosed: false,
    ...more,
  });
  return { codes: userErrors.map(({ code }) => code), holds: holds.map(({ code }) => code) };
}

const nothing = { codes: [], holds: [] };

test("without rules of its own a channel changes nothing: what was refused is refused", () => {
  expect(check({})).toEqual(nothing);
  expect(check({}, { refusals: [CREDIT, ON_HOLD] })).toEqual({
    codes: ["CREDIT_EXCEEDED", "CUSTOMER_ON_HOLD"],
    holds: [],
  });
});

test("an order that its account's credit or state does not bear waits where that is the rule; other reasons still refuse it", () => {
  const rules = { onCreditExceeded: "hold", onCustomerHold: "hold" } as const;
  const wrong = refusal("EMPTY_ORDER", "No lines.", ["lines"]);
  expect(check(rules, { refusals: [CREDIT, ON_HOLD, wrong] })).toEqual({
    codes: ["EMPTY_ORDER"],
    holds: ["CREDIT_EXCEEDED", "CUSTOMER_ON_HOLD"],
  });
  expect(check(rules, { refusals: [ON_HOLD], isClosed: true })).toEqual({
    codes: ["CUSTOMER_ON_HOLD"],
    holds: [],
  });
});

test("a person approves what is worth more than the bound, and not the bound itself", () => {
  expect(check({ approveAbove: d("100") })).toEqual(nothing);
  expect(check({ approveAbove: d("99.99") })).toEqual({ codes: [], holds: ["APPROVAL_NEEDED"] });
});

test("a channel's own bounds: worth, lines and items", () => {
  expect(check({ minimumOrderValue: d("100"), maximumLines: 3 })).toEqual(nothing);
  expect(check({ minimumOrderValue: d("100.01"), maximumLines: 2 }).codes).toEqual([
    "TOO_MANY_LINES",
    "MINIMUM_ORDER_VALUE",
  ]);
  expect(check({ allowedItems: ["NG-*"] }).codes).toEqual(["ITEM_NOT_ALLOWED"]);
  expect(check({ allowedItems: ["NG-*", "XX-1"], blockedItems: ["NG-2"] }).codes).toEqual([
    "ITEM_NOT_ALLOWED",
  ]);
  expect(check({ blockedItems: ["*"] }).codes).toHaveLength(3);
});

test("after the cut-off nothing is taken for the same day, by the clock on the wall there", () => {
  const newYork = { time: "10:00", timeZone: "America/New_York" };
  const today = parseLocalDate("2026-11-22");
  // 15:00 UTC is 10:00 in New York, and 00:00 of the next day in Tokyo.
  expect(check({ cutOff: newYork }, { requestedDeliveryOn: today }).codes).toEqual([
    "CUT_OFF_PASSED",
  ]);
  const before = { requestedDeliveryOn: today, at: parseInstant("2026-11-22T14:59:59Z") };
  expect(check({ cutOff: newYork }, before)).toEqual(nothing);
  expect(check({ cutOff: newYork })).toEqual(nothing);
  const tomorrow = { requestedDeliveryOn: parseLocalDate("2026-11-23") };
  expect(check({ cutOff: newYork }, tomorrow)).toEqual(nothing);
  const tokyo = { time: "00:00", timeZone: "Asia/Tokyo" };
  expect(check({ cutOff: tokyo }, tomorrow).codes).toEqual(["CUT_OFF_PASSED"]);
});

test("the larger of both tolerances counts, and its bound is near enough", () => {
  const tolerance = { amount: d("0.05"), percent: d("1") };
  expect(isNearEnough(d("2.05"), d("2"), tolerance)).toBe(true);
  expect(isNearEnough(d("1.95"), d("2"), tolerance)).toBe(true);
  expect(isNearEnough(d("2.0501"), d("2"), tolerance)).toBe(false);
  expect(isNearEnough(d("101"), d("100"), tolerance)).toBe(true);
  expect(isNearEnough(d("101.01"), d("100"), tolerance)).toBe(false);
});

test("what a channel says for itself holds there and nowhere else", () => {
  const policy = {
    ...DEFAULT_ACCEPTANCE_POLICY,
    rules: { ...DEFAULT_CHANNEL_RULES, maximumLines: 9 },
    channels: { EDI: { maximumLines: null, minimumOrderValue: d("50") } },
  };
  expect(rulesOf(policy, "EDI")).toMatchObject({ maximumLines: null, minimumOrderValue: "50" });
  expect(rulesOf(policy, "PORTAL")).toMatchObject({ maximumLines: 9, minimumOrderValue: null });
});

test("whatever the rules: each refusal stays one or becomes a hold, and a stricter rule never takes more", () => {
  const rule = fc.record({
    onCreditExceeded: fc.constantFrom("refuse" as const, "hold" as const),
    onCustomerHold: fc.constantFrom("refuse" as const, "hold" as const),
    approveAbove: fc.option(fc.integer({ min: 0, max: 200 }).map((n) => d(String(n)))),
    minimumOrderValue: fc.option(fc.integer({ min: 0, max: 200 }).map((n) => d(String(n)))),
    maximumLines: fc.option(fc.integer({ min: 1, max: 5 })),
  });
  const refusals = fc.subarray([CREDIT, ON_HOLD, refusal("UNKNOWN_SKU", "?", ["lines"])]);
  const subtotals = fc.integer({ min: 0, max: 200 }).map((n) => worth(String(n)));
  fc.assert(
    fc.property(rule, refusals, subtotals, fc.boolean(), (rules, wrong, subtotal, isClosed) => {
      const { codes, holds } = check(rules, { refusals: wrong, subtotal, isClosed });
      for (const { code } of wrong) {
        const found = [...codes, ...holds].filter((one) => one === code);
        expect(found).toHaveLength(1);
      }
      const strict = { ...rules, onCreditExceeded: "refuse", onCustomerHold: "refuse" } as const;
      const stricter = check(strict, { refusals: wrong, subtotal, isClosed });
      expect(stricter.codes.length).toBeGreaterThanOrEqual(codes.length);
    }),
  );
});
