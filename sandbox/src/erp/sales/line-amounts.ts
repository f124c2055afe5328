import { Decimal } from "decimal.js";
import { numberOf, type Fields } from "../data/row.ts";

const CENTS = 2;

/**
 * The amounts of a line from its quantity, price per unit of measure and discount. Everything is
 * sold for resale: no tax.
 */
export function priceLine(line: Fields): Fields {
  const gross = new Decimal(numberOf(line, "quantity")).times(numberOf(line, "unitPrice"));
  const discount = gross.times(numberOf(line, "discountPercent")).div(100).toDecimalPlaces(CENTS);
  const amount = gross.minus(discount).toDecimalPlaces(CENTS).toNumber();
  return {
    ...line,
    discountAmount: discount.toNumber(),
    amountExcludingTax: amount,
    amountIncludingTax: amount,
    netAmount: amount,
    netAmountIncludingTax: amount,
  };
}
