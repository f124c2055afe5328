import { compareDecimals, isPositive, type Decimal } from "./decimal.ts";
import type { Invoice, InvoiceStatus } from "./invoice.ts";
import { decimalPlacesOf, printMoney, roundMoney, type Money } from "./money.ts";
import type { LocalDate } from "./time.ts";
import { refusal, type UserError } from "./user-error.ts";

/** What somebody says came in for an invoice. */
export type PaymentQuestion = {
  /** In the invoice's currency. */
  readonly amount: Decimal;
  readonly receivedOn: LocalDate;
};

/** Whether there is something on it that is still to be paid, or may be. */
export function isOpenInvoice({ status }: Pick<Invoice, "status">): boolean {
  return OPEN_STATUSES.includes(status);
}

/** The invoice as finance would tell it on `today`, a UTC calendar date: nothing tells that a day has passed. */
export function onDay<Told extends Pick<Invoice, "status" | "dueOn">>(
  invoice: Told,
  today: LocalDate,
): Told {
  const { status, dueOn } = invoice;
  const mayBeLate = status === "POSTED" || status === "PARTIALLY_PAID";
  return mayBeLate && dueOn !== null && dueOn < today ? { ...invoice, status: "OVERDUE" } : invoice;
}

export const OPEN_STATUSES: readonly InvoiceStatus[] = [
  "POSTED",
  "PARTIALLY_PAID",
  "OVERDUE",
  "DISPUTED",
];

/**
 * Every reason why the payment cannot be booked, as far as we know the invoice; finance decides again.
 * @param today UTC calendar date
 */
export function checkPayment(
  { amount, receivedOn }: PaymentQuestion,
  invoice: Invoice,
  today: LocalDate,
): UserError[] {
  if (!isOpenInvoice(invoice)) return [refuseClosedInvoice(invoice)];
  const { balance, issuedOn } = invoice;
  return [
    ...checkAmount({ amount, currency: balance.currency }, balance, "open on the invoice"),
    ...(receivedOn > today
      ? [invalid("receivedOn", `receivedOn must not be in the future; today is ${today} (UTC).`)]
      : []),
    ...(issuedOn !== null && receivedOn < issuedOn
      ? [invalid("receivedOn", `receivedOn must not be before the invoice's date, ${issuedOn}.`)]
      : []),
  ];
}

/** Nothing can be paid or disputed any more, or yet. */
export function refuseClosedInvoice({ status }: Pick<Invoice, "status">): UserError {
  return refusal("INVOICE_NOT_OPEN", `This invoice is ${status} and not open.`, ["invoiceId"]);
}

/** @param most what the amount may be; `of` says in words what that is */
export function checkAmount(asked: Money, most: Money, of: string): UserError[] {
  const { amount, currency } = asked;
  const isPayable = compareDecimals(roundMoney(asked).amount, amount) === 0;
  if (!isPositive(amount) || !isPayable) {
    const places = String(decimalPlacesOf(currency));
    return [invalid("amount", `amount must be above zero, with at most ${places} decimals.`)];
  }
  if (compareDecimals(amount, most.amount) <= 0) return [];
  const message = `amount is more than the ${printMoney(most)} that is ${of}.`;
  return [refusal("EXCEEDS_BALANCE", message, ["amount"])];
}

function invalid(field: string, message: string): UserError {
  return refusal("INVALID_VALUE", message, [field]);
}
