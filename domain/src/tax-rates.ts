import type { Address } from "./address.ts";
import type { CalculatedTax } from "./bill.ts";
import {
  divideDecimals,
  isZero,
  multiplyDecimals,
  roundDecimal,
  ZERO,
  type Decimal,
} from "./decimal.ts";
import type { InvoiceDraft } from "./invoice.ts";
import { addMoney, extendPrice, roundMoney, zeroMoney, type Money } from "./money.ts";

/** By what part of its net amount a bill was taxed; zero where nothing was due. */
export type TaxRates = { readonly goods: Decimal; readonly freight: Decimal };

const RATE_PLACES = 6;

/** Where tax is due, as far as an address says: what is taxed alike goes to the same. */
export function jurisdictionOf({ country, region, postalCode, city }: Address): string {
  const place = postalCode ?? city;
  return [country, region ?? "", place].map((part) => part.trim().toUpperCase()).join(" ");
}

/** The rates by which a bill was taxed. @returns `null` of a bill without goods of any worth, or without its tax */
export function ratesOf(
  { lines, freight, currency }: Pick<InvoiceDraft, "lines" | "freight" | "currency">,
  tax: CalculatedTax,
): TaxRates | null {
  if (tax.isEstimate === true || tax.lines.length === 0) return null;
  const net = lines.map(({ unitPrice, quantity }) => extendPrice(unitPrice, quantity.value));
  const goods = addMoney(zeroMoney(currency), ...net);
  if (isZero(goods.amount)) return null;
  const goodsTax = addMoney(zeroMoney(currency), ...tax.lines.map((line) => line.tax));
  const rate = rateOf(goodsTax, goods);
  const way = freight?.amount ?? null;
  const isFreightKnown = way !== null && !isZero(way.amount);
  // Where no freight was billed nobody said how it is taxed: mostly as the goods are.
  return { goods: rate, freight: isFreightKnown ? rateOf(tax.freightTax, way) : rate };
}

/** What is due by the rates, line by line, each to the smallest unit of the currency. */
export function estimateTax(
  { lines, freight, currency }: Pick<InvoiceDraft, "lines" | "freight" | "currency">,
  rates: TaxRates,
): CalculatedTax {
  const taxed = lines.map(({ orderLineNumber, unitPrice, quantity }) => ({
    lineNumber: orderLineNumber,
    tax: taxOn(extendPrice(unitPrice, quantity.value), rates.goods),
  }));
  const nothing = roundMoney(zeroMoney(currency));
  const freightTax = freight === undefined ? nothing : taxOn(freight.amount, rates.freight);
  const total = addMoney(freightTax, ...taxed.map(({ tax }) => tax));
  return { lines: taxed, freightTax, total: roundMoney(total), isEstimate: true };
}

function rateOf(tax: Money, net: Money): Decimal {
  if (isZero(tax.amount)) return ZERO;
  return roundDecimal(divideDecimals(tax.amount, net.amount), RATE_PLACES);
}

function taxOn({ amount, currency }: Money, rate: Decimal): Money {
  return roundMoney({ amount: multiplyDecimals(amount, rate), currency });
}
