import {
  compareDecimals,
  divideDecimals,
  maxDecimal,
  multiplyDecimals,
  subtractDecimals,
  type Decimal,
} from "../decimal.ts";
import type { PriceTolerance } from "./acceptance-policy.ts";

const HUNDRED = "100" as Decimal;

/** Whether the price that a buyer expects is so near to ours that ours may stand. The bound itself is near enough. */
export function isNearEnough(expected: Decimal, ours: Decimal, tolerance: PriceTolerance): boolean {
  const difference = maxDecimal(subtractDecimals(expected, ours), subtractDecimals(ours, expected));
  const share = divideDecimals(multiplyDecimals(ours, tolerance.percent), HUNDRED);
  return compareDecimals(difference, maxDecimal(tolerance.amount, share)) <= 0;
}
