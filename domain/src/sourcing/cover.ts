import {
  addDecimals,
  compareDecimals,
  isPositive,
  isZero,
  minDecimal,
  subtractDecimals,
  ZERO,
  type Decimal,
} from "../decimal.ts";
import type { WarehouseCode } from "../identifiers.ts";
import type { Quantity } from "../quantity.ts";
import { addRatios, compareRatios, divideRatios, ratioOf, type Ratio } from "../ratio.ts";
import { availableToPromise, type StockPosition } from "../stock.ts";

/** What is wanted of one line, in base units; `null` for a line that cannot be served anyhow. */
export type WantedLine = {
  readonly lineNumber: number;
  readonly sku: string;
  readonly wanted: Quantity | null;
};

/** By sku, in base units; a sku that is missing has no stock. */
export type StockBySku = ReadonlyMap<string, readonly StockPosition[]>;

/** What a line gets from a set of warehouses after the lines before it are served. Base units. */
export type LineCover = {
  readonly available: Decimal;
  readonly missing: Decimal;
  /** More than zero each. */
  readonly parts: readonly {
    readonly warehouse: WarehouseCode;
    readonly taken: Decimal;
    /** What this warehouse had for the line. */
    readonly had: Decimal;
  }[];
};

/**
 * Serves the lines one after the other from the warehouses: a line from the first that has all of it, else from those
 * that have the most of it first. Two lines of one product share its stock: the first takes what it needs.
 * @param warehouses the better ones first: of two that have the same the first is taken
 * @param splitLines `false` takes a line from one warehouse only
 */
export function coverFrom(
  warehouses: readonly WarehouseCode[],
  lines: readonly WantedLine[],
  stock: StockBySku,
  splitLines: boolean,
): readonly LineCover[] {
  const left = new Map<string, Decimal>();
  return lines.map(({ sku, wanted }) => {
    const offers = warehouses.map((warehouse) => {
      const key = `${warehouse} ${sku}`;
      return { warehouse, key, had: left.get(key) ?? stockOf(stock.get(sku), warehouse) };
    });
    const available = addDecimals(ZERO, ...offers.map(({ had }) => had));
    let missing = wanted?.value ?? ZERO;
    const parts: LineCover["parts"][number][] = [];
    for (const { warehouse, key, had } of bestFirst(offers, missing)) {
      const taken = minDecimal(had, missing);
      if (!isPositive(taken)) break;
      left.set(key, subtractDecimals(had, taken));
      missing = subtractDecimals(missing, taken);
      parts.push({ warehouse, taken, had });
      if (!splitLines) break;
    }
    return { available, missing, parts };
  });
}

type Offer = { readonly warehouse: WarehouseCode; readonly key: string; readonly had: Decimal };

function bestFirst(offers: readonly Offer[], wanted: Decimal): readonly Offer[] {
  const whole = offers.find(({ had }) => compareDecimals(had, wanted) >= 0);
  if (whole !== undefined) return [whole];
  return [...offers].sort((left, right) => compareDecimals(right.had, left.had));
}

function stockOf(
  positions: readonly StockPosition[] | undefined,
  warehouse: WarehouseCode,
): Decimal {
  const position = positions?.find((candidate) => candidate.warehouse === warehouse);
  return position === undefined ? ZERO : availableToPromise(position).value;
}

/** How well an order is served: lines that get all they want, then the share of what the lines get. */
export type Score = { readonly whole: number; readonly share: Ratio };

/** Shares, not pieces, are added up: pieces of different products are not of one kind. */
export function scoreOf(covers: readonly LineCover[], lines: readonly WantedLine[]): Score {
  let whole = 0;
  let share = ratioOf(ZERO);
  covers.forEach(({ missing }, index) => {
    const wanted = lines[index]?.wanted?.value ?? ZERO;
    if (!isPositive(wanted)) return;
    if (isZero(missing)) whole += 1;
    const served = ratioOf(subtractDecimals(wanted, missing));
    share = addRatios(share, divideRatios(served, ratioOf(wanted)));
  });
  return { whole, share };
}

/** @returns positive when `left` serves better */
export function compareScores(left: Score, right: Score): number {
  return left.whole === right.whole
    ? compareRatios(left.share, right.share)
    : left.whole - right.whole;
}
