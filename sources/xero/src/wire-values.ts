import {
  dateOf,
  instantOf,
  roundMoney,
  type CurrencyCode,
  type Decimal,
  compareDecimals,
  type Instant,
  type LocalDate,
  type Money,
} from "@crossdock/domain";
import { z } from "zod";

const MS_DATE = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/;

/** `/Date(1541176290160+0000)/`; the number is UTC whatever the zone behind it says. */
export const instantField = z.string().transform((raw, context): Instant => {
  const ms = Number(MS_DATE.exec(raw)?.[1] ?? Number.NaN);
  if (Number.isSafeInteger(ms)) return instantOf(new Date(ms));
  context.addIssue({ code: "custom", message: "expected /Date(milliseconds)/" });
  return z.NEVER;
});

/** A calendar date comes as the instant of its midnight. */
export const dateField = instantField.transform((instant): LocalDate => dateOf(instant));

/** For `If-Modified-Since`: whole seconds without a zone. The second itself is cut off, not rounded. */
export function secondsOf(instant: Instant): string {
  return instant.slice(0, 19);
}

/** With the currency's own number of decimals (`10.50`), or more where the amount has more. */
export function moneyOf(amount: Decimal, currency: CurrencyCode): Money {
  const rounded = roundMoney({ amount, currency });
  return compareDecimals(rounded.amount, amount) === 0 ? rounded : { amount, currency };
}
