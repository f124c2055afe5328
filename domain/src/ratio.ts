import Fraction from "fraction.js";
import type { Decimal } from "./decimal.ts";

/** A rational number, exactly: a third of a box is a third. In lowest terms, the denominator above zero. */
export type Ratio = { readonly numerator: bigint; readonly denominator: bigint };

/** The same number; every decimal is a ratio. */
export function ratioOf(value: Decimal): Ratio {
  return plain(new Fraction(value));
}

/** A whole number as a ratio. */
export function wholeRatio(value: bigint): Ratio {
  return { numerator: value, denominator: 1n };
}

/** Exact. */
export function addRatios(left: Ratio, right: Ratio): Ratio {
  return plain(fraction(left).add(fraction(right)));
}

/** Exact. */
export function multiplyRatios(left: Ratio, right: Ratio): Ratio {
  return plain(fraction(left).mul(fraction(right)));
}

/** Exact. @throws {Error} by zero: whoever divides has looked */
export function divideRatios(left: Ratio, right: Ratio): Ratio {
  return plain(fraction(left).div(fraction(right)));
}

/** @returns negative, zero or positive, as a sort wants it. */
export function compareRatios(left: Ratio, right: Ratio): number {
  return fraction(left).compare(fraction(right));
}

export function isWhole({ denominator }: Ratio): boolean {
  return denominator === 1n;
}

/** @returns the smallest whole number that is not below it */
export function ceilRatio({ numerator, denominator }: Ratio): bigint {
  const whole = numerator / denominator; // Towards zero.
  return numerator > 0n && numerator % denominator !== 0n ? whole + 1n : whole;
}

/** @returns the same number as a decimal; `null` when no decimal is it, as of a third */
export function exactDecimalOf(ratio: Ratio): Decimal | null {
  const twos = powersOf(2n, ratio.denominator);
  const fives = powersOf(5n, ratio.denominator);
  if (2n ** BigInt(twos) * 5n ** BigInt(fives) !== ratio.denominator) return null;
  return roundRatio(ratio, Math.max(twos, fives));
}

/** Half up (away from zero), to exactly `places` decimals. */
export function roundRatio({ numerator, denominator }: Ratio, places: number): Decimal {
  const isNegative = numerator < 0n;
  const scaled = (isNegative ? -numerator : numerator) * 10n ** BigInt(places);
  const rounded = (2n * scaled + denominator) / (2n * denominator);
  const digits = rounded.toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const text = places === 0 ? whole : `${whole}.${digits.slice(digits.length - places)}`;
  return (isNegative && rounded !== 0n ? `-${text}` : text) as Decimal;
}

/** How often `prime` divides `value`, which is above zero. */
export function powersOf(prime: bigint, value: bigint): number {
  let [rest, powers] = [value, 0];
  while (rest % prime === 0n) [rest, powers] = [rest / prime, powers + 1];
  return powers;
}

function fraction({ numerator, denominator }: Ratio): Fraction {
  return new Fraction(numerator, denominator);
}

function plain({ s, n, d }: Fraction): Ratio {
  return { numerator: s * n, denominator: d };
}
