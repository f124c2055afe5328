import { printMoney, type Money } from "./money.ts";
import {
  holdsOn,
  isCheaper,
  isReached,
  type Offer,
  type Paid,
  type Tariff,
} from "./price-offers.ts";
import type { UomCode } from "./quantity.ts";
import type { Ratio } from "./ratio.ts";
import { addDays, type LocalDate } from "./time.ts";

/** Agreements that are named of each kind; what is beyond is counted. */
const MAX_NAMED = 3;
/** An agreement that ended or begins so many days before or after is told when it is cheaper. */
const NEARBY_DAYS = 31;

const NAMES = { CONTRACT: "Contract", PROMOTION: "Promotion", PRICE_LIST: "Price list" };

/**
 * Why the price is what it is, in sentences that a clerk can read out: what gave it, what it overruled, which
 * cheaper agreement has just ended or begins soon, and which is in another currency.
 * @param pieces what is asked for, in base units
 */
export function explainPrice(
  paid: Paid,
  tariff: Tariff,
  { uom, on, pieces }: { readonly uom: UomCode; readonly on: LocalDate; readonly pieces: Ratio },
): string {
  const { offer } = paid;
  const reached = tariff.offers.filter((other) => isReached(other, pieces));
  const overruled = onePerAgreement(reached.filter((other) => holdsOn(other, on))).filter(
    (other) => other.line.listCode !== offer?.line.listCode,
  );
  const cheaper = reached.filter((other) => isCheaper(other.unitPrice, paid.unitPrice));
  const ended = onePerAgreement(cheaper.filter((other) => hasJustEnded(other, on)));
  const coming = onePerAgreement(cheaper.filter((other) => beginsSoon(other, on)));
  const list = offer === null || tariff.list === null ? [] : [`list price ${told(tariff.list)}`];
  return [
    offer === null ? "List price." : whatGave(offer, uom),
    sentence(offer === null ? "Dearer:" : "Instead of", [...counted(overruled, named), ...list]),
    sentence(
      "Ended:",
      counted(ended, (one) => `${named(one)} on ${one.line.endsOn ?? ""}`),
    ),
    sentence(
      "Begins:",
      counted(coming, (one) => `${named(one)} on ${one.line.startsOn ?? ""}`),
    ),
    sentence(
      `Not in ${paid.unitPrice.currency}:`,
      counted(tariff.foreign, (code) => code),
    ),
  ]
    .filter((text) => text !== null)
    .join(" ");
}

function whatGave({ line, basis, from }: Offer, uom: UomCode): string {
  const discount = Number(line.discountPercent) === 0 ? "" : `, less ${line.discountPercent} %`;
  const end = line.endsOn === null ? "" : `, until ${line.endsOn}`;
  const start = Number(from) === 0 ? "" : ` from ${from} ${uom}`;
  return `${NAMES[basis]} ${line.listCode}${start}${discount}${end}.`;
}

function named({ line, basis, unitPrice }: Offer): string {
  return `${NAMES[basis].toLowerCase()} ${line.listCode} ${told(unitPrice)}`;
}

function told(price: Money): string {
  return printMoney(price);
}

/** The cheapest line of each agreement. @param offers cheapest first */
function onePerAgreement(offers: readonly Offer[]): readonly Offer[] {
  const codes = offers.map(({ line }) => line.listCode);
  return offers.filter(({ line }, at) => codes.indexOf(line.listCode) === at);
}

function hasJustEnded({ line: { endsOn } }: Offer, on: LocalDate): boolean {
  return endsOn !== null && endsOn < on && endsOn >= addDays(on, -NEARBY_DAYS);
}

function beginsSoon({ line: { startsOn } }: Offer, on: LocalDate): boolean {
  return startsOn !== null && startsOn > on && startsOn <= addDays(on, NEARBY_DAYS);
}

function counted<Item>(items: readonly Item[], name: (item: Item) => string): readonly string[] {
  const rest = items.length - MAX_NAMED;
  return [...items.slice(0, MAX_NAMED).map(name), ...(rest > 0 ? [`${String(rest)} more`] : [])];
}

function sentence(opening: string, parts: readonly string[]): string | null {
  return parts.length === 0 ? null : `${opening} ${parts.join(", ")}.`;
}
