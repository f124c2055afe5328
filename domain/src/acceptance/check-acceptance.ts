import { compareDecimals } from "../decimal.ts";
import type { Money } from "../money.ts";
import type { Instant, LocalDate } from "../time.ts";
import { refusal, type UserError } from "../user-error.ts";
import type { ChannelRules, CutOff, RefuseOrHold } from "./acceptance-policy.ts";
import type { AcceptanceHold, AcceptanceHoldCode } from "./order-acceptance.ts";

export type AcceptanceQuestion = {
  readonly rules: ChannelRules;
  /** The skus of the lines, in order. */
  readonly skus: readonly string[];
  /** Before tax and freight. */
  readonly subtotal: Money;
  readonly requestedDeliveryOn: LocalDate | null;
  readonly at: Instant;
  /** What the rules for every order found wrong. */
  readonly refusals: readonly UserError[];
  /** The account will never buy again: that is not held. */
  readonly isClosed: boolean;
};

export type AcceptanceCheck = {
  /** What is still in the way, the channel's own rules last; empty when the order can be taken. */
  readonly userErrors: readonly UserError[];
  /** What it waits for once it is taken. */
  readonly holds: readonly AcceptanceHold[];
};

/** What a channel's rules add to those for every order: some refusals become holds, and there are more reasons for either. */
export function checkAcceptance(question: AcceptanceQuestion): AcceptanceCheck {
  const { rules, subtotal, refusals } = question;
  const holds: AcceptanceHold[] = [];
  const userErrors = refusals.filter((error) => {
    const code = heldInstead(error, question);
    if (code === null) return true;
    holds.push({ code, reason: error.message });
    return false;
  });
  if (rules.approveAbove !== null && compareDecimals(subtotal.amount, rules.approveAbove) > 0) {
    const reason = `The order is worth ${inWords(subtotal)}; above ${rules.approveAbove} a person approves it.`;
    holds.push({ code: "APPROVAL_NEEDED", reason });
  }
  return { userErrors: [...userErrors, ...checkChannel(question)], holds };
}

function heldInstead(
  { code }: UserError,
  { rules, isClosed }: AcceptanceQuestion,
): AcceptanceHoldCode | null {
  const holdsBy: Partial<Record<UserError["code"], RefuseOrHold>> = {
    CREDIT_EXCEEDED: rules.onCreditExceeded,
    CUSTOMER_ON_HOLD: isClosed ? "refuse" : rules.onCustomerHold,
  };
  const isHoldable = code === "CREDIT_EXCEEDED" || code === "CUSTOMER_ON_HOLD";
  return isHoldable && holdsBy[code] === "hold" ? code : null;
}

function checkChannel(question: AcceptanceQuestion): UserError[] {
  const { rules, skus, subtotal } = question;
  const { minimumOrderValue: least, maximumLines: most } = rules;
  const errors: UserError[] = [];
  if (most !== null && skus.length > most) {
    const message = `An order has at most ${String(most)} lines here; this one has ${String(skus.length)}.`;
    errors.push(refusal("TOO_MANY_LINES", message, ["lines"]));
  }
  // Of an order that nothing could be priced of, its value says nothing.
  if (least !== null && skus.length > 0 && compareDecimals(subtotal.amount, least) < 0) {
    const message = `An order is worth at least ${least} ${subtotal.currency} here; this one is worth ${inWords(subtotal)}.`;
    errors.push(refusal("MINIMUM_ORDER_VALUE", message, null));
  }
  for (const [index, sku] of skus.entries()) {
    if (mayOrder(sku, rules)) continue;
    const message = `${JSON.stringify(sku)} cannot be ordered this way.`;
    errors.push(refusal("ITEM_NOT_ALLOWED", message, ["lines", String(index), "sku"]));
  }
  return [...errors, ...checkCutOff(question)];
}

function mayOrder(sku: string, { allowedItems, blockedItems }: ChannelRules): boolean {
  const isNamed = (items: readonly string[]) =>
    items.some((item) => (item.endsWith("*") ? sku.startsWith(item.slice(0, -1)) : sku === item));
  return (allowedItems === null || isNamed(allowedItems)) && !isNamed(blockedItems);
}

/** Only who wants it on the same day, or sooner, is too late. */
function checkCutOff({ rules, requestedDeliveryOn, at }: AcceptanceQuestion): UserError[] {
  const { cutOff } = rules;
  if (cutOff === null || requestedDeliveryOn === null) return [];
  const local = localTimeOf(at, cutOff);
  if (requestedDeliveryOn > local.date || local.time < cutOff.time) return [];
  const message = `Orders for ${local.date} were taken until ${cutOff.time} (${cutOff.timeZone}); ask for a later day.`;
  return [refusal("CUT_OFF_PASSED", message, ["requestedDeliveryDate"])];
}

function localTimeOf(
  at: Instant,
  { timeZone }: CutOff,
): { readonly date: string; readonly time: string } {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(new Date(at));
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((one) => one.type === type)?.value ?? "";
  return {
    date: `${part("year")}-${part("month")}-${part("day")}`,
    time: `${part("hour")}:${part("minute")}`,
  };
}

function inWords({ amount, currency }: Money): string {
  return `${amount} ${currency}`;
}
