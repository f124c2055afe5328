import { multiplyDecimals, type Decimal } from "./decimal.ts";
import type { Quantity } from "./quantity.ts";

/** By their codes in UN/ECE Recommendation 20: gram, kilogram, ounce, pound. */
const GRAMS: Readonly<Record<string, Decimal>> = {
  GRM: "1" as Decimal,
  KGM: "1000" as Decimal,
  ONZ: "28.349523125" as Decimal,
  LBR: "453.59237" as Decimal,
};

/** @returns exact; `null` where it is not known, or in a unit that is none of weight */
export function gramsOf(weight: Quantity | null): Decimal | null {
  const factor = weight === null ? undefined : GRAMS[weight.uom];
  return weight === null || factor === undefined ? null : multiplyDecimals(weight.value, factor);
}
