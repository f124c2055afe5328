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
import { gramsOf } from "./weight.ts";

/** Goods of one kind that go together. */
export type PackedGoods = {
  /** Pieces, in the product's base unit. */
  readonly pieces: Decimal;
  /** Of one piece; `null` where nobody has weighed it. */
  readonly weight: Quantity | null;
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
    const ofOne = gramsOf(weight);
    if (ofOne === null) return null;
    grams.push(multiplyDecimals(ofOne, pieces));
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
