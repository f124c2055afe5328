import {
  compareDecimals,
  isPositive,
  maxDecimal,
  multiplyDecimals,
  subtractDecimals,
  ZERO,
  type Decimal,
} from "./decimal.ts";
import { extendPrice, printMoney, type Money } from "./money.ts";
import { subtractQuantities, type Quantity } from "./quantity.ts";
import type { CountTolerance } from "./stock-policy.ts";

/** What was counted beside what the books say of the same stock; in the product's base unit. */
export type Count = { readonly counted: Quantity; readonly booked: Quantity };

/** The code of a count that waits until a person agrees to it. */
export const COUNT_OUT_OF_TOLERANCE = "COUNT_OUT_OF_TOLERANCE";

/**
 * Whether a count may be entered without a person: it is no further from the books than so many units, and no further
 * than such a part of what they say.
 * @param tolerance `null`: every count may
 */
export function isWithinTolerance(
  { counted, booked }: Count,
  tolerance: CountTolerance | null,
): boolean {
  if (tolerance === null) return true;
  const off = sizeOf(subtractQuantities(counted, booked).value);
  const { units, share } = tolerance;
  if (compareDecimals(off, units) > 0) return false;
  return share === null || compareDecimals(off, multiplyDecimals(sizeOf(booked.value), share)) <= 0;
}

/**
 * Why a count waits, for who decides on it.
 * @param unitCost of one base unit; `null` where the books tell none
 */
export function describeCount({ counted, booked }: Count, unitCost: Money | null): string {
  const { value, uom } = subtractQuantities(counted, booked);
  const signed = isPositive(value) ? `+${value}` : value;
  const worth =
    unitCost === null ? "" : `, worth ${printMoney(extendPrice(unitCost, value))} at cost`;
  return (
    `${counted.value} ${uom} were counted and the books say ${booked.value} ${uom}: ` +
    `a difference of ${signed} ${uom}${worth}, more than is entered without approval.`
  );
}

function sizeOf(value: Decimal): Decimal {
  return maxDecimal(value, subtractDecimals(ZERO, value));
}
