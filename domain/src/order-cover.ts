import { isPositive, isZero, minDecimal, subtractDecimals, ZERO, type Decimal } from "./decimal.ts";
import type { WarehouseCode } from "./identifiers.ts";
import type { Quantity } from "./quantity.ts";
import { addRatios, compareRatios, divideRatios, ratioOf, type Ratio } from "./ratio.ts";
import { availableToPromise, type StockPosition } from "./stock.ts";

/** What one warehouse has for one line after the lines before it are served. Base units. */
export type LineCover = { readonly available: Decimal; readonly missing: Decimal };

export type CoverQuestion = {
  readonly skus: readonly string[];
  /** Per sku above, in base units; `null` for a line that cannot be served anyhow. */
  readonly wants: readonly (Quantity | null)[];
  readonly stock: ReadonlyMap<string, readonly StockPosition[]>;
  readonly warehouses: readonly WarehouseCode[];
};

/**
 * Chooses the one warehouse that ships an order: the most lines served whole, then the largest
 * share of the rest, then the first by code, so that the same stock gives the same answer.
 * @returns the warehouse and its cover per line; `null` when there is none to choose from
 */
export function coverLines(
  question: CoverQuestion,
): { readonly warehouse: WarehouseCode; readonly covers: readonly LineCover[] } | null {
  const offers = [...question.warehouses].sort().map((warehouse) => {
    const covers = coverFrom(warehouse, question);
    return { warehouse, covers, ...scoreOf(covers, question.wants) };
  });
  const best = offers.reduce<(typeof offers)[number] | null>((leader, offer) => {
    if (leader === null || offer.whole > leader.whole) return offer;
    const isFuller = compareRatios(offer.share, leader.share) > 0;
    return offer.whole === leader.whole && isFuller ? offer : leader;
  }, null);
  return best === null ? null : { warehouse: best.warehouse, covers: best.covers };
}

/** Two lines of one product share its stock: the first takes what it needs. */
function coverFrom(
  warehouse: WarehouseCode,
  { skus, wants, stock }: CoverQuestion,
): readonly LineCover[] {
  const left = new Map<string, Decimal>();
  return skus.map((sku, index) => {
    const available = left.get(sku) ?? stockOf(stock.get(sku), warehouse);
    const wanted = wants[index]?.value ?? ZERO;
    const served = minDecimal(available, wanted);
    left.set(sku, subtractDecimals(available, served));
    return { available, missing: subtractDecimals(wanted, served) };
  });
}

function stockOf(
  positions: readonly StockPosition[] | undefined,
  warehouse: WarehouseCode,
): Decimal {
  const position = positions?.find((candidate) => candidate.warehouse === warehouse);
  return position === undefined ? ZERO : availableToPromise(position).value;
}

/** Shares, not pieces, are added up: pieces of different products are not of one kind. */
function scoreOf(
  covers: readonly LineCover[],
  wants: readonly (Quantity | null)[],
): { readonly whole: number; readonly share: Ratio } {
  let whole = 0;
  let share = ratioOf(ZERO);
  covers.forEach(({ missing }, index) => {
    const wanted = wants[index]?.value ?? ZERO;
    if (!isPositive(wanted)) return;
    if (isZero(missing)) whole += 1;
    const served = ratioOf(subtractDecimals(wanted, missing));
    share = addRatios(share, divideRatios(served, ratioOf(wanted)));
  });
  return { whole, share };
}
