import { addDecimals, compareDecimals, isPositive, ZERO, type Decimal } from "../decimal.ts";
import type { InboundReceipt } from "../receipt.ts";
import type { LocalDate } from "../time.ts";
import type { SourcingPlan } from "./sourcing-plan.ts";

/** What a line waits for, in base units; none of an order's line that only waits for the others. */
export type MissingGoods = {
  readonly lineNumber: number;
  readonly sku: string;
  readonly missing: Decimal;
};

/**
 * The same plan with the day on which each backorder can be sent, by what suppliers have announced: lines are served
 * in their order, and where the buyer wants all at once, the last day holds for all. A day is `null` when less is
 * announced than is missing, or without a date.
 * @param lines every line of the order, in order @param inbound to the warehouses that may send it
 */
export function withPromises(
  plan: SourcingPlan,
  lines: readonly MissingGoods[],
  inbound: readonly InboundReceipt[],
): SourcingPlan {
  const promises = new Map<number, LocalDate | null>();
  const needed = new Map<string, Decimal>();
  for (const { lineNumber, sku, missing } of lines) {
    if (!isPositive(missing)) continue;
    const sum = addDecimals(needed.get(sku) ?? ZERO, missing);
    needed.set(sku, sum);
    promises.set(lineNumber, dayOfGoods(sku, sum, inbound));
  }
  const last = latestOf([...promises.values()]);
  const backorders = plan.backorders.map((backorder) => ({
    ...backorder,
    promisedOn: plan.shipComplete ? last : (promises.get(backorder.lineNumber) ?? null),
  }));
  return { ...plan, backorders };
}

/** The day on which so much more will have come; `null` when less is announced, or without a date. */
export function dayOfGoods(
  sku: string,
  missing: Decimal,
  inbound: readonly InboundReceipt[],
): LocalDate | null {
  const dated = inbound
    .flatMap(({ sku: its, expectedOn, quantity: { value } }) =>
      its === sku && expectedOn !== null ? [{ expectedOn, value }] : [],
    )
    .sort((left, right) => (left.expectedOn < right.expectedOn ? -1 : 1));
  let sum = ZERO;
  for (const { expectedOn, value } of dated) {
    sum = addDecimals(sum, value);
    if (compareDecimals(sum, missing) >= 0) return expectedOn;
  }
  return null;
}

/** @returns `null` when one of them is not known, or there are none */
function latestOf(days: readonly (LocalDate | null)[]): LocalDate | null {
  const known = days.filter((day) => day !== null);
  return known.length < days.length ? null : (known.sort().at(-1) ?? null);
}
