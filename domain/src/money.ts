import type { Brand } from "./brand.ts";
import {
  addDecimals,
  multiplyDecimals,
  roundDecimal,
  subtractDecimals,
  ZERO,
  type Decimal,
} from "./decimal.ts";
import { InvalidValueError, UnitMismatchError } from "./errors.ts";

/** ISO 4217, e.g. `USD`. */
export type CurrencyCode = Brand<string, "CurrencyCode">;

export type Money = { readonly amount: Decimal; readonly currency: CurrencyCode };

/** Currencies whose smallest unit is not a hundredth (ISO 4217); every other one has two places. */
const MINOR_PLACES: Readonly<Record<string, number>> = {
  JPY: 0,
  KRW: 0,
  CLP: 0,
  VND: 0,
  BHD: 3,
  KWD: 3,
  OMR: 3,
  TND: 3,
};

/** @throws {InvalidValueError} when `raw` is not three letters. */
export function parseCurrencyCode(raw: string): CurrencyCode {
  const code = raw.trim().toUpperCase();
  if (!/^[A-Z]{3}$/.test(code))
    throw new InvalidValueError("currency", raw, "an ISO 4217 code such as USD");
  return code as CurrencyCode;
}

export function money(amount: Decimal, currency: CurrencyCode): Money {
  return { amount, currency };
}

export function zeroMoney(currency: CurrencyCode): Money {
  return { amount: ZERO, currency };
}

/** @throws {UnitMismatchError} when the currencies differ. */
export function addMoney(first: Money, ...rest: readonly Money[]): Money {
  const amounts = rest.map((other) => sameCurrency(first, other).amount);
  return { amount: addDecimals(first.amount, ...amounts), currency: first.currency };
}

/** @throws {UnitMismatchError} when the currencies differ. */
export function subtractMoney(from: Money, other: Money): Money {
  return {
    amount: subtractDecimals(from.amount, sameCurrency(from, other).amount),
    currency: from.currency,
  };
}

/** Unit price times quantity, rounded half up to the currency's smallest unit. */
export function extendPrice(unitPrice: Money, quantity: Decimal): Money {
  return roundMoney({
    amount: multiplyDecimals(unitPrice.amount, quantity),
    currency: unitPrice.currency,
  });
}

export function roundMoney({ amount, currency }: Money): Money {
  return { amount: roundDecimal(amount, MINOR_PLACES[currency] ?? 2), currency };
}

/** How many decimals the currency's smallest unit has. */
export function decimalPlacesOf(currency: CurrencyCode): number {
  return MINOR_PLACES[currency] ?? 2;
}

/** `10.80 USD`. */
export function printMoney(money: Money): string {
  return `${printAmount(money)} ${money.currency}`;
}

/** For people and for wires: at least the places of the currency's smallest unit, none cut off. */
export function printAmount({ amount, currency }: Money): Decimal {
  const places = decimalPlacesOf(currency);
  const written = amount.split(".")[1]?.length ?? 0;
  return written >= places ? amount : roundDecimal(amount, places);
}

function sameCurrency(left: Money, right: Money): Money {
  if (left.currency !== right.currency) throw new UnitMismatchError(left.currency, right.currency);
  return right;
}
