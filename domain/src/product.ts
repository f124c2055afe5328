import { isPositive, multiplyDecimals, type Decimal } from "./decimal.ts";
import type { Sku } from "./identifiers.ts";
import type { Money } from "./money.ts";
import { quantity, type Quantity, type UomCode } from "./quantity.ts";
import {
  ceilRatio,
  divideRatios,
  exactDecimalOf,
  powersOf,
  ratioOf,
  wholeRatio,
  type Ratio,
} from "./ratio.ts";

export type LotTracking = "NONE" | "LOT" | "SERIAL";

/** An item of the catalogue. The ERP owns it. */
export type Product = {
  readonly sku: Sku;
  readonly name: string;
  readonly description: string | null;
  readonly gtin: string | null;
  readonly baseUom: UomCode;
  /** Units that it may be ordered in, base unit first with factor 1. */
  readonly uoms: readonly UomConversion[];
  readonly tracking: LotTracking;
  readonly weight: Quantity | null;
  /** Price per base unit where no agreement holds. */
  readonly listPrice: Money;
  readonly isBlocked: boolean;
};

/** One `uom` holds `factor` base units. */
export type UomConversion = { readonly uom: UomCode; readonly factor: Decimal };

/** @returns how many base units one `uom` holds; `null` when the item does not have the unit. */
export function factorOf(product: Product, uom: UomCode): Decimal | null {
  const factor = product.uoms.find((conversion) => conversion.uom === uom)?.factor ?? null;
  return factor === null || !isPositive(factor) ? null : factor;
}

/** Exact. @returns the same goods in base units; `null` when the item does not have the unit. */
export function toBaseUom(product: Product, amount: Quantity): Quantity | null {
  const factor = factorOf(product, amount.uom);
  return factor === null ? null : quantity(multiplyDecimals(amount.value, factor), product.baseUom);
}

/**
 * An item is sold in whole base units, and a quantity is written as a decimal: of boxes of twelve, 2.25 can be
 * ordered (27 pieces), 2 boxes and a piece cannot.
 * @param factor base units that one unit holds, above zero
 * @param pieces base units, at least zero
 * @returns the smallest number of units that can be ordered and holds `pieces` or more
 */
export function smallestOrderable(factor: Decimal, pieces: Ratio): Decimal {
  const unit = ratioOf(factor);
  const step = withoutTwosAndFives(unit.numerator);
  const steps = ceilRatio(divideRatios(pieces, wholeRatio(step)));
  const count = exactDecimalOf(divideRatios(wholeRatio(steps * step), unit));
  if (count === null) throw new Error(`No decimal counts units of ${factor}.`);
  return count;
}

/** What a number of pieces has to be a multiple of so that the units that they are can be written. */
function withoutTwosAndFives(value: bigint): bigint {
  return value / (2n ** BigInt(powersOf(2n, value)) * 5n ** BigInt(powersOf(5n, value)));
}
