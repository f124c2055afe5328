import {
  compareDecimals,
  multiplyDecimals,
  roundDecimal,
  subtractDecimals,
  divideDecimals,
  type Decimal,
} from "./decimal.ts";
import type { Customer } from "./customer.ts";
import type { CustomerNumber, Sku } from "./identifiers.ts";
import type { Money } from "./money.ts";
import { factorOf, type Product } from "./product.ts";
import type { UomCode } from "./quantity.ts";
import type { LocalDate } from "./time.ts";

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
  readonly breaks: readonly PriceBreak[];
  readonly validUntil: LocalDate | null;
};

/** From `minimumQuantity` (in the price's unit) on, one unit costs `unitPrice`. */
export type PriceBreak = { readonly minimumQuantity: Decimal; readonly unitPrice: Money };

export type PriceQuestion = {
  readonly product: Product;
  /** `null` asks for the list price of somebody without an account. */
  readonly customer: Customer | null;
  /** In `uom`. */
  readonly quantity: Decimal;
  readonly uom: UomCode;
  readonly on: LocalDate;
  /** Lines of the product; those of other customers, groups or dates are passed over. */
  readonly lines: readonly PriceLine[];
};

const UNIT_PRICE_PLACES = 5;

/**
 * What a customer pays for one `uom` of a product: the lowest price after discount among the lines
 * that hold for the customer, the date and the quantity; the list price when none does. This is
 * the ERP's own rule ("best price").
 * @returns `null` when the product does not have the unit
 */
export function priceFor(question: PriceQuestion): Price | null {
  const { product, uom } = question;
  const factor = factorOf(product, uom);
  if (factor === null) return null;
  const offers = question.lines
    .filter((line) => holdsFor(line, question))
    .map((line) => offerOf(line, uom, factor))
    .filter((offer) => offer !== null);
  const list: Money = {
    amount: multiplyDecimals(product.listPrice.amount, factor),
    currency: product.listPrice.currency,
  };
  const reached = offers.filter((offer) => compareDecimals(offer.from, question.quantity) <= 0);
  const best = reached.reduce<Offer | null>((lowest, offer) => cheaper(lowest, offer), null);
  if (best === null || compareDecimals(best.unitPrice.amount, list.amount) > 0) {
    return {
      unitPrice: list,
      uom,
      basis: "LIST",
      explanation: "List price: no agreement is lower.",
      breaks: breaksOf(offers, list),
      validUntil: null,
    };
  }
  return {
    unitPrice: best.unitPrice,
    uom,
    basis: basisOf(best.line),
    explanation: explain(best, list),
    breaks: breaksOf(offers, list),
    validUntil: best.line.endsOn,
  };
}

type Offer = { readonly line: PriceLine; readonly from: Decimal; readonly unitPrice: Money };

function holdsFor(line: PriceLine, { product, customer, on }: PriceQuestion): boolean {
  if (line.sku !== product.sku || line.unitPrice.currency !== product.listPrice.currency)
    return false;
  if (line.startsOn !== null && line.startsOn > on) return false;
  if (line.endsOn !== null && line.endsOn < on) return false;
  switch (line.appliesTo.kind) {
    case "customer":
      return customer?.number === line.appliesTo.customerNumber;
    case "priceGroup":
      return customer !== null && customer.priceGroup === line.appliesTo.priceGroup;
    case "campaign":
    case "everyone":
      return customer !== null;
  }
}

/** The line told in the asked unit; `null` when it speaks of another one. */
function offerOf(line: PriceLine, uom: UomCode, factor: Decimal): Offer | null {
  const paid = multiplyDecimals(
    line.unitPrice.amount,
    divideDecimals(subtractDecimals("100" as Decimal, line.discountPercent), "100" as Decimal),
  );
  if (line.uom === uom) {
    return {
      line,
      from: line.minimumQuantity,
      unitPrice: { ...line.unitPrice, amount: tidy(paid) },
    };
  }
  if (line.uom !== null) return null;
  return {
    line,
    from: divideDecimals(line.minimumQuantity, factor),
    unitPrice: { ...line.unitPrice, amount: tidy(multiplyDecimals(paid, factor)) },
  };
}

function tidy(amount: Decimal): Decimal {
  const rounded = roundDecimal(amount, UNIT_PRICE_PLACES);
  return rounded.replace(/(\.\d\d\d*?)0+$/, "$1") as Decimal;
}

function cheaper(lowest: Offer | null, offer: Offer): Offer {
  return lowest === null || compareDecimals(offer.unitPrice.amount, lowest.unitPrice.amount) < 0
    ? offer
    : lowest;
}

/** Thresholds above zero at which the price falls, each lower than the one before. */
function breaksOf(offers: readonly Offer[], list: Money): PriceBreak[] {
  const breaks: PriceBreak[] = [];
  let current = list.amount;
  for (const offer of [...offers].sort((a, b) => compareDecimals(a.from, b.from))) {
    if (compareDecimals(offer.unitPrice.amount, current) >= 0) continue;
    current = offer.unitPrice.amount;
    const last = breaks.at(-1);
    if (last !== undefined && compareDecimals(last.minimumQuantity, offer.from) === 0) breaks.pop();
    breaks.push({ minimumQuantity: offer.from, unitPrice: offer.unitPrice });
  }
  return breaks;
}

function basisOf(line: PriceLine): PriceBasis {
  switch (line.appliesTo.kind) {
    case "customer":
      return "CONTRACT";
    case "campaign":
      return "PROMOTION";
    case "priceGroup":
    case "everyone":
      return "PRICE_LIST";
  }
}

function explain({ line, from }: Offer, list: Money): string {
  const names = {
    CONTRACT: "Contract",
    PROMOTION: "Promotion",
    PRICE_LIST: "Price list",
    LIST: "List",
  };
  return `${names[basisOf(line)]} ${line.listCode}, from quantity ${from}, instead of list price ${list.amount} ${list.currency}.`;
}
