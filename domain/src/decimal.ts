import { Decimal as Big } from "decimal.js";
import type { Brand } from "./brand.ts";
import { InvalidValueError } from "./errors.ts";

/** A decimal number as text in plain notation, e.g. `1234.5000`. Never a float on any way. */
export type Decimal = Brand<string, "Decimal">;

/** What a request may carry: more digits than this is an attack or a mistake. */
const MAX_DIGITS = 40;
const PATTERN = /^[+-]?(\d+\.?\d*|\.\d+)$/;
const Exact = Big.clone({
  precision: 60,
  rounding: Big.ROUND_HALF_UP,
  toExpNeg: -40,
  toExpPos: 60,
});

export const ZERO = "0" as Decimal;

/**
 * @param raw plain notation, at most 40 digits; no exponent, no thousands separator
 * @throws {InvalidValueError} otherwise
 */
export function parseDecimal(raw: string, field = "decimal"): Decimal {
  const text = raw.trim();
  if (text.length > MAX_DIGITS + 2 || !PATTERN.test(text)) {
    throw new InvalidValueError(field, raw, "a decimal number such as 12.50");
  }
  return new Exact(text).toFixed() as Decimal;
}

/** Exact: no rounding. */
export function addDecimals(...values: readonly Decimal[]): Decimal {
  return plain(values.reduce((sum, value) => sum.plus(value), new Exact(0)));
}

export function subtractDecimals(from: Decimal, ...values: readonly Decimal[]): Decimal {
  return plain(values.reduce((rest, value) => rest.minus(value), new Exact(from)));
}

/** Exact up to 60 significant digits. */
export function multiplyDecimals(left: Decimal, right: Decimal): Decimal {
  return plain(new Exact(left).times(right));
}

/** Exact up to 60 significant digits. @throws {InvalidValueError} by zero */
export function divideDecimals(left: Decimal, right: Decimal): Decimal {
  if (isZero(right)) throw new InvalidValueError("divisor", right, "not zero");
  return plain(new Exact(left).dividedBy(right));
}

/** Half up, to exactly `places` decimals: `1.005` at two places is `1.01`. */
export function roundDecimal(value: Decimal, places: number): Decimal {
  return new Exact(value).toFixed(places, Big.ROUND_HALF_UP) as Decimal;
}

/** @returns negative, zero or positive, as a sort wants it. */
export function compareDecimals(left: Decimal, right: Decimal): number {
  return new Exact(left).comparedTo(right);
}

export function isZero(value: Decimal): boolean {
  return new Exact(value).isZero();
}

export function isPositive(value: Decimal): boolean {
  return new Exact(value).greaterThan(0);
}

export function isInteger(value: Decimal): boolean {
  return new Exact(value).isInteger();
}

export function minDecimal(left: Decimal, right: Decimal): Decimal {
  return compareDecimals(left, right) <= 0 ? left : right;
}

export function maxDecimal(left: Decimal, right: Decimal): Decimal {
  return compareDecimals(left, right) >= 0 ? left : right;
}

function plain(value: Big): Decimal {
  return value.toFixed() as Decimal;
}

/** @returns a number as machines write it (`1.5e3` too) as a decimal; `null` when it is none. */
export function decimalOfNumber(digits: string): Decimal | null {
  if (digits.length > MAX_DIGITS || !/^-?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/.test(digits)) return null;
  return new Exact(digits).toFixed() as Decimal;
}
