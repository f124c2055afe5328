import {
  addDecimals,
  compareDecimals,
  divideDecimals,
  multiplyDecimals,
  roundDecimal,
  subtractDecimals,
  ZERO,
  type Decimal,
} from "./decimal.ts";
import type { Quantity } from "./quantity.ts";

/** Goods of one kind that go together. */
export type PackedGoods = {
  /** Pieces, in the product's base unit. */
  readonly pieces: Decimal;
  /** Of one piece; `null` where nobody has weighed it. */
  readonly weight: Quantity | null;
};

/** UN/ECE Recommendation 20 codes of weights, in grams. */
const GRAMS: Readonly<Record<string, Decimal>> = {
  GRM: "1" as Decimal,
  KGM: "1000" as Decimal,
  ONZ: "28.349523125" as Decimal,
  LBR: "453.59237" as Decimal,
};
/** What one person lifts: warehouses pack no heavier carton of small goods. */
const PARCEL_GRAMS = "20000" as Decimal;
/** What is heavier goes on a pallet, at a price that is agreed upon and not quoted. */
const MOST_GRAMS = "150000" as Decimal;
const LEAST_GRAMS = 1;

/**
 * The parcels that goods go in, as far as their price needs to know: full cartons of 20 kg and one with the rest.
 * @returns the weight of each in grams, at most 8; `null` where a weight is not known, or all of it is too heavy for parcels
 */
export function parcelsOf(
  goods: readonly PackedGoods[],
): readonly { readonly weightGrams: number }[] | null {
  const grams: Decimal[] = [];
  for (const { pieces, weight } of goods) {
    const factor = weight === null ? undefined : GRAMS[weight.uom];
    if (weight === null || factor === undefined) return null;
    grams.push(multiplyDecimals(multiplyDecimals(weight.value, factor), pieces));
  }
  const total = addDecimals(ZERO, ...grams);
  if (compareDecimals(total, MOST_GRAMS) > 0) return null;
  const full = Math.floor(Number(divideDecimals(total, PARCEL_GRAMS)));
  const inFull = multiplyDecimals(PARCEL_GRAMS, String(full) as Decimal);
  const rest = Number(roundDecimal(subtractDecimals(total, inFull), 0));
  const parcels = Array.from({ length: full }, () => Number(PARCEL_GRAMS));
  if (rest > 0 || full === 0) parcels.push(Math.max(rest, LEAST_GRAMS));
  return parcels.map((weightGrams) => ({ weightGrams }));
}
