import type { Customer } from "./customer.ts";
import {
  compareDecimals,
  divideDecimals,
  multiplyDecimals,
  roundDecimal,
  subtractDecimals,
  type Decimal,
} from "./decimal.ts";
import type { CurrencyCode, Money } from "./money.ts";
import type { PriceBasis, PriceLine, PriceQuestion } from "./price.ts";
import { smallestOrderable } from "./product.ts";
import type { UomCode } from "./quantity.ts";
import { compareRatios, multiplyRatios, ratioOf, type Ratio } from "./ratio.ts";
import type { LocalDate } from "./time.ts";

/** A line of an agreement that is the customer's, told in the asked unit. */
export type Offer = {
  readonly line: PriceLine;
  readonly basis: Exclude<PriceBasis, "LIST">;
  /** In base units: from so much on it holds. */
  readonly fromPieces: Ratio;
  /** The smallest quantity that can be ordered in the asked unit and reaches `fromPieces`. */
  readonly from: Decimal;
  /** Per asked unit, after discount. */
  readonly unitPrice: Money;
};

/** What a price is looked up in, whatever the date and the quantity. */
export type Tariff = {
  /** Cheapest first; the same order whatever order the lines came in. */
  readonly offers: readonly Offer[];
  /** Per asked unit; `null` when the item has none in the customer's currency. */
  readonly list: Money | null;
  /** Codes of the customer's agreements over the item in another currency, which nobody converts here. */
  readonly foreign: readonly string[];
};

/** A price, and the agreement that gives it: `null` is the item's list price. */
export type Paid = { readonly unitPrice: Money; readonly offer: Offer | null };

/** As the ERP rounds a unit price: its "unit-amount rounding precision". */
const UNIT_PRICE_PLACES = 5;
const HUNDRED = "100" as Decimal;

/** @param factor base units that one asked unit holds */
export function tariffOf(question: PriceQuestion, factor: Decimal): Tariff {
  const { product, customer, lines, uom } = question;
  const currency = customer?.currency ?? product.listPrice.currency;
  const own = lines.filter((line) => line.sku === product.sku && isFor(line, customer));
  const { listPrice } = product;
  return {
    offers: own
      .filter((line) => line.unitPrice.currency === currency)
      .map((line) => offerOf(line, uom, factor))
      .filter((offer) => offer !== null)
      .sort(compareOffers),
    list: listPrice.currency === currency ? perUnit(listPrice, factor) : null,
    foreign: foreignCodes(own, currency),
  };
}

/** Somebody without an account has no agreement: also a promotion is for customers. */
function isFor({ appliesTo }: PriceLine, customer: Customer | null): boolean {
  if (customer === null) return false;
  switch (appliesTo.kind) {
    case "customer":
      return customer.number === appliesTo.customerNumber;
    case "priceGroup":
      return customer.priceGroup === appliesTo.priceGroup;
    case "campaign":
    case "everyone":
      return true;
  }
}

/** The line told in the asked unit; `null` when it speaks of another one. */
function offerOf(line: PriceLine, uom: UomCode, factor: Decimal): Offer | null {
  if (line.uom !== null && line.uom !== uom) return null;
  const share = divideDecimals(subtractDecimals(HUNDRED, line.discountPercent), HUNDRED);
  const paid = { ...line.unitPrice, amount: multiplyDecimals(line.unitPrice.amount, share) };
  const minimum = ratioOf(line.minimumQuantity);
  const fromPieces = line.uom === null ? minimum : multiplyRatios(minimum, ratioOf(factor));
  return {
    line,
    basis: basisOf(line),
    fromPieces,
    from: smallestOrderable(factor, fromPieces),
    unitPrice: perUnit(paid, line.uom === null ? factor : ("1" as Decimal)),
  };
}

/** Rounded to the places that a unit price has, with two of them at least. */
function perUnit({ amount, currency }: Money, units: Decimal): Money {
  const rounded = roundDecimal(multiplyDecimals(amount, units), UNIT_PRICE_PLACES);
  return { amount: rounded.replace(/(\.\d\d\d*?)0+$/, "$1") as Decimal, currency };
}

function basisOf({ appliesTo }: PriceLine): Offer["basis"] {
  switch (appliesTo.kind) {
    case "customer":
      return "CONTRACT";
    case "campaign":
      return "PROMOTION";
    case "priceGroup":
    case "everyone":
      return "PRICE_LIST";
  }
}

/** Of two that cost the same, the one that is more the customer's own is named. */
const SPECIFIC_FIRST: readonly Offer["basis"][] = ["CONTRACT", "PROMOTION", "PRICE_LIST"];

function compareOffers(left: Offer, right: Offer): number {
  return (
    compareDecimals(left.unitPrice.amount, right.unitPrice.amount) ||
    SPECIFIC_FIRST.indexOf(left.basis) - SPECIFIC_FIRST.indexOf(right.basis) ||
    compareText(left.line.listCode, right.line.listCode) ||
    compareRatios(left.fromPieces, right.fromPieces) ||
    compareText(left.line.startsOn ?? "", right.line.startsOn ?? "") ||
    compareText(left.line.endsOn ?? "9", right.line.endsOn ?? "9")
  );
}

function compareText(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

function foreignCodes(lines: readonly PriceLine[], currency: CurrencyCode): readonly string[] {
  const foreign = lines.filter(({ unitPrice }) => unitPrice.currency !== currency);
  return [...new Set(foreign.map(({ listCode }) => listCode))].sort();
}

/** Both dates are inclusive. */
export function holdsOn({ line: { startsOn, endsOn } }: Offer, date: LocalDate): boolean {
  return (startsOn === null || startsOn <= date) && (endsOn === null || endsOn >= date);
}

/** @param pieces in base units */
export function isReached({ fromPieces }: Offer, pieces: Ratio): boolean {
  return compareRatios(fromPieces, pieces) <= 0;
}

/**
 * The lowest of what holds on a date, for so many base units: an agreement's price, or the list price.
 * @returns `null` when there is none
 */
export function paidOn(tariff: Tariff, date: LocalDate, pieces: Ratio): Paid | null {
  const { offers, list } = tariff;
  const best = offers.find((offer) => holdsOn(offer, date) && isReached(offer, pieces)) ?? null;
  if (best !== null && (list === null || !isCheaper(list, best.unitPrice))) {
    return { unitPrice: best.unitPrice, offer: best };
  }
  return list === null ? null : { unitPrice: list, offer: null };
}

/** @param left in the same currency as `right` */
export function isCheaper(left: Money, right: Money): boolean {
  return compareDecimals(left.amount, right.amount) < 0;
}
