import { Decimal } from "decimal.js";
import { numberOf, type Fields, type Row } from "../data/row.ts";

/** The header's totals over its lines. */
export function totalsOf(lines: readonly Row[]): Fields {
  const sum = (property: string) =>
    lines
      .reduce((total, { fields }) => total.plus(numberOf(fields, property)), new Decimal(0))
      .toNumber();
  return {
    totalAmountExcludingTax: sum("amountExcludingTax"),
    totalTaxAmount: sum("totalTaxAmount"),
    totalAmountIncludingTax: sum("amountIncludingTax"),
  };
}
