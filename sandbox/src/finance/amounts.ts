import { Decimal } from "decimal.js";
import type { LineAmountTypes, LineRow } from "./rows.ts";

const MONEY_PLACES = 2;
const QUANTITY_PLACES = 4;
/** Decimal places of a unit amount, unless the call says `unitdp=4`. */
export const UNIT_PLACES = 2;

/** Per cent by tax type. A type that is not here does not exist in this organisation. */
export const TAX_RATES: Readonly<Record<string, { readonly name: string; readonly rate: string }>> =
  {
    NONE: { name: "Tax Exempt", rate: "0" },
    OUTPUT: { name: "Tax on Sales", rate: "8.25" },
    INPUT: { name: "Tax on Purchases", rate: "8.25" },
  };

export type LineAmounts = {
  readonly quantity: Decimal;
  readonly unitAmount: Decimal;
  readonly discountRate: Decimal | null;
  readonly taxType: string;
  /** Given by a caller whose own tax engine knows better; computed when `null`. */
  readonly taxAmount: Decimal | null;
};

/** Half a cent goes up, as on paper. */
export function money(amount: Decimal.Value): string {
  return new Decimal(amount).toDecimalPlaces(MONEY_PLACES, Decimal.ROUND_HALF_UP).toFixed(2);
}

export function sumOf(amounts: Iterable<Decimal.Value>): Decimal {
  let sum = new Decimal(0);
  for (const amount of amounts) sum = sum.plus(amount);
  return sum;
}

/** The organisation computes what a line costs; what the caller thinks is only compared with it. */
export function priceLine(line: LineAmounts, types: LineAmountTypes, unitPlaces: number) {
  const unitAmount = line.unitAmount.toDecimalPlaces(unitPlaces, Decimal.ROUND_HALF_UP);
  const quantity = line.quantity.toDecimalPlaces(QUANTITY_PLACES, Decimal.ROUND_HALF_UP);
  const kept = new Decimal(100).minus(line.discountRate ?? 0).div(100);
  const lineAmount = money(quantity.times(unitAmount).times(kept));
  const taxType = types === "NoTax" ? "NONE" : line.taxType;
  return {
    quantity: quantity.toString(),
    unitAmount: unitAmount.toFixed(Math.max(UNIT_PLACES, unitAmount.decimalPlaces())),
    discountRate: line.discountRate?.toString() ?? null,
    lineAmount,
    taxType,
    taxAmount: taxOf(lineAmount, taxType, types, line.taxAmount),
  };
}

export function totalsOf(lines: readonly LineRow[], types: LineAmountTypes) {
  const amounts = sumOf(lines.map((line) => line.lineAmount));
  const totalTax = sumOf(lines.map((line) => line.taxAmount));
  const subTotal = types === "Inclusive" ? amounts.minus(totalTax) : amounts;
  return {
    subTotal: money(subTotal),
    totalTax: money(totalTax),
    total: money(subTotal.plus(totalTax)),
  };
}

function taxOf(
  lineAmount: string,
  taxType: string,
  types: LineAmountTypes,
  given: Decimal | null,
): string {
  const rate = new Decimal(TAX_RATES[taxType]?.rate ?? 0);
  if (types === "NoTax" || rate.isZero()) return "0.00";
  if (given !== null) return money(given);
  return types === "Inclusive"
    ? money(new Decimal(lineAmount).times(rate).div(rate.plus(100)))
    : money(new Decimal(lineAmount).times(rate).div(100));
}
