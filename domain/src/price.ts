import { compareDecimals, type Decimal } from "./decimal.ts";
import type { Customer } from "./customer.ts";
import type { CustomerNumber, Sku } from "./identifiers.ts";
import type { Money } from "./money.ts";
import { explainPrice } from "./price-explanation.ts";
import {
  holdsOn,
  isCheaper,
  isReached,
  paidOn,
  tariffOf,
  type Paid,
  type Tariff,
} from "./price-offers.ts";
import { factorOf, type Product } from "./product.ts";
import type { UomCode } from "./quantity.ts";
import { multiplyRatios, ratioOf, type Ratio } from "./ratio.ts";
import { addDays, type LocalDate } from "./time.ts";

export type PriceBasis = "CONTRACT" | "PRICE_LIST" | "PROMOTION" | "LIST";

/** One row of an agreement: what one unit of a product costs from a quantity on. */
export type PriceLine = {
  /** The agreement's own code, e.g. `CT-C10010`. */
  readonly listCode: string;
  readonly appliesTo:
    | { readonly kind: "customer"; readonly customerNumber: CustomerNumber }
    | { readonly kind: "priceGroup"; readonly priceGroup: string }
    | { readonly kind: "campaign"; readonly campaign: string }
    | { readonly kind: "everyone" };
  readonly sku: Sku;
  /** `null`: the price is per base unit and holds for every unit of the item. */
  readonly uom: UomCode | null;
  /** In `uom` (base unit when `null`); inclusive. */
  readonly minimumQuantity: Decimal;
  readonly unitPrice: Money;
  /** 0 to 100. */
  readonly discountPercent: Decimal;
  /** Inclusive; `null` is open. */
  readonly startsOn: LocalDate | null;
  readonly endsOn: LocalDate | null;
};

export type Price = {
  /** Per `uom`, after discount. */
  readonly unitPrice: Money;
  readonly uom: UomCode;
  readonly basis: PriceBasis;
  readonly explanation: string;
  /** Those that hold on the asked date, whatever the asked quantity; the quantity rises and the price falls. */
  readonly breaks: readonly PriceBreak[];
  /** The last date on which the price stays what it is, as far as the lines tell; `null`: no end is known. */
  readonly validUntil: LocalDate | null;
};

/**
 * From `minimumQuantity` (in the price's unit) on, one unit costs `unitPrice`. It is a quantity that can be ordered: a break at
 * 25 pieces asked by the box of 12 is 2.25 boxes, 27 pieces, and one at 24 is 2.
 */
export type PriceBreak = { readonly minimumQuantity: Decimal; readonly unitPrice: Money };

export type PriceQuestion = {
  readonly product: Product;
  /** `null` asks for the list price of somebody without an account: no agreement is theirs. */
  readonly customer: Customer | null;
  /** In `uom`. */
  readonly quantity: Decimal;
  readonly uom: UomCode;
  readonly on: LocalDate;
  /** Lines of the product; those of other customers, groups or dates are passed over. */
  readonly lines: readonly PriceLine[];
};

/**
 * What a customer pays for one `uom` of a product: the lowest price after discount among the lines that hold for
 * the customer, the date and the quantity, and the list price when none is lower. Among its lines the ERP
 * chooses alike ("lowest price"); it alone would let a line that is dearer than the item's card overrule the card, and
 * our orders carry their prices.
 * @returns `null` when the product does not have the unit, or no price in the customer's currency
 */
export function priceFor(question: PriceQuestion): Price | null {
  const { product, uom, on } = question;
  const factor = factorOf(product, uom);
  if (factor === null) return null;
  const tariff = tariffOf(question, factor);
  const pieces = multiplyRatios(ratioOf(question.quantity), ratioOf(factor));
  const paid = paidOn(tariff, on, pieces);
  if (paid === null) return null;
  return {
    unitPrice: paid.unitPrice,
    uom,
    basis: paid.offer?.basis ?? "LIST",
    explanation: explainPrice(paid, tariff, { uom, on, pieces }),
    breaks: breaksOf(tariff, on),
    validUntil: lastDayOf(paid, tariff, { on, pieces }),
  };
}

/** Thresholds at which the price falls, each lower than the one before and than the list price. */
function breaksOf({ offers, list }: Tariff, on: LocalDate): readonly PriceBreak[] {
  const breaks: PriceBreak[] = [];
  let current = list;
  // Cheapest first, as they come, among those of one threshold.
  const thresholds = offers
    .filter((offer) => holdsOn(offer, on))
    .sort((left, right) => compareDecimals(left.from, right.from));
  for (const { from, unitPrice } of thresholds) {
    if (current !== null && !isCheaper(unitPrice, current)) continue;
    current = unitPrice;
    breaks.push({ minimumQuantity: from, unitPrice });
  }
  return breaks;
}

/** The day before the first one on which the same question has another answer, as far as the lines tell. */
function lastDayOf(
  paid: Paid,
  tariff: Tariff,
  { on, pieces }: { readonly on: LocalDate; readonly pieces: Ratio },
): LocalDate | null {
  const turns = tariff.offers
    .filter((offer) => isReached(offer, pieces))
    .flatMap(({ line: { startsOn, endsOn } }) => [
      ...(startsOn === null ? [] : [startsOn]),
      ...(endsOn === null ? [] : [addDays(endsOn, 1)]),
    ]);
  const days = [...new Set(turns)].filter((day) => day > on).sort();
  const change = days.find((day) => {
    const then = paidOn(tariff, day, pieces);
    return then === null || compareDecimals(then.unitPrice.amount, paid.unitPrice.amount) !== 0;
  });
  return change === undefined ? null : addDays(change, -1);
}
