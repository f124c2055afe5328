import { addDecimals, compareDecimals, type Decimal } from "./decimal.ts";
import type { Invoice, InvoiceStatus } from "./invoice.ts";
import type { Money } from "./money.ts";

/** What can be told of an invoice. */
export const INVOICE_CHANGES = [
  "ISSUED",
  "PAID",
  "PARTIALLY_PAID",
  "DISPUTED",
  "CREDITED",
  "OVERDUE",
] as const;
export type InvoiceChange = (typeof INVOICE_CHANGES)[number];

/** What a status tells those who wait for the bill; a draft is no news. */
const OF_STATUS: Readonly<Record<InvoiceStatus, InvoiceChange | null>> = {
  DRAFT: null,
  POSTED: "ISSUED",
  PARTIALLY_PAID: "PARTIALLY_PAID",
  PAID: "PAID",
  OVERDUE: "OVERDUE",
  DISPUTED: "DISPUTED",
  CREDITED: "CREDITED",
  VOID: "CREDITED",
};
const SETTLED: ReadonlySet<InvoiceStatus> = new Set(["PAID", "CREDITED", "VOID"]);

/**
 * What is new between two looks at an invoice. Money that came in is told however far the invoice is:
 * a part of an overdue bill leaves it overdue.
 * @param before `null`: it was not seen before
 * @returns `null` when nothing that anybody waits for has changed
 */
export function invoiceChangeOf(before: Invoice | null, after: Invoice): InvoiceChange | null {
  const isNewStatus = before?.status !== after.status;
  if (before !== null && !(isNewStatus && SETTLED.has(after.status))) {
    if (isMore(creditedOn(after), creditedOn(before))) return "CREDITED";
    if (isMore(paidOn(after), paidOn(before))) return "PARTIALLY_PAID";
  }
  return isNewStatus ? OF_STATUS[after.status] : null;
}

function creditedOn({ creditMemos }: Invoice): Decimal {
  return sumOf(creditMemos.map(({ total }) => total));
}

function paidOn({ payments }: Invoice): Decimal {
  return sumOf(payments.map(({ amount }) => amount));
}

function sumOf(amounts: readonly Money[]): Decimal {
  return addDecimals(...amounts.map(({ amount }) => amount));
}

function isMore(now: Decimal, then: Decimal): boolean {
  return compareDecimals(now, then) > 0;
}
