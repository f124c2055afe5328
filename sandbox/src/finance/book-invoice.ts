import { randomUUID } from "node:crypto";
import { Decimal } from "decimal.js";
import { money, sumOf } from "./amounts.ts";
import { bookDocument, type BookingContext, type Prepared } from "./documents.ts";
import type { InvoiceInput } from "./inputs.ts";
import type { AppliedCredit, AppliedPayment, InvoiceRow } from "./rows.ts";

/**
 * Checks one entry of a write to Invoices.
 * @param before the invoice to change; `undefined` makes a new one
 * @param taken numbers that earlier entries of the same request use, in lower case; added to
 */
export function bookInvoice(
  input: InvoiceInput,
  before: InvoiceRow | undefined,
  taken: Set<string>,
  context: BookingContext,
): Prepared<InvoiceRow> {
  const type = input.Type ?? before?.type;
  const number = input.InvoiceNumber ?? before?.number ?? nextNumber(taken, context);
  const { messages, ...document } = bookDocument(input, before, true, context);
  const problems = [
    ...(type === undefined ? ["Type must be specified."] : []),
    ...numberProblems(type, number, before, taken, context),
    ...(before === undefined ? [] : changeProblems(input, before)),
    ...messages,
  ];
  taken.add(number.toLowerCase());
  if (problems.length > 0 || type === undefined) return { kind: "refused", messages: problems };
  const row: InvoiceRow = {
    ...document,
    number,
    invoiceId: before?.invoiceId ?? randomUUID(),
    type,
    sentToContact: input.SentToContact ?? before?.sentToContact ?? false,
    createdByApp: before?.createdByApp ?? true,
    payments: before?.payments ?? [],
    credits: before?.credits ?? [],
    amountPaid: "0.00",
    amountCredited: "0.00",
    amountDue: "0.00",
  };
  return { kind: "ready", row: withBalance(row, row, context.today) };
}

/** The invoice after money or credit came or went; PAID exactly when nothing is due any more. */
export function withBalance(
  row: InvoiceRow,
  {
    payments,
    credits,
  }: { readonly payments: readonly AppliedPayment[]; readonly credits: readonly AppliedCredit[] },
  today: string,
): InvoiceRow {
  const amountPaid = sumOf(payments.map(({ amount }) => amount));
  const amountCredited = sumOf(credits.map(({ amount }) => amount));
  const due = new Decimal(row.total).minus(amountPaid).minus(amountCredited);
  const isLive = row.status === "AUTHORISED" || row.status === "PAID";
  const isPaid = isLive && due.isZero();
  const lastOn = [...payments, ...credits]
    .map(({ date }) => date)
    .sort()
    .at(-1);
  return {
    ...row,
    payments,
    credits,
    amountPaid: money(amountPaid),
    amountCredited: money(amountCredited),
    amountDue: row.status === "VOIDED" || row.status === "DELETED" ? "0.00" : money(due),
    status: isPaid ? "PAID" : isLive ? "AUTHORISED" : row.status,
    fullyPaidOn: isPaid ? (lastOn ?? today) : null,
  };
}

function numberProblems(
  type: string | undefined,
  number: string,
  before: InvoiceRow | undefined,
  taken: ReadonlySet<string>,
  { books }: BookingContext,
): string[] {
  if (type === "ACCPAY") return [];
  const holder = books.findInvoice({ number });
  const isTaken = holder !== undefined && holder.invoiceId !== before?.invoiceId;
  return isTaken || taken.has(number.toLowerCase()) ? ["Invoice # must be unique."] : [];
}

/** What may still change once money has moved, or the invoice is closed. */
function changeProblems(input: InvoiceInput, before: InvoiceRow): string[] {
  const touchesBooks =
    input.LineItems !== undefined ||
    input.LineAmountTypes !== undefined ||
    input.Contact !== undefined ||
    (input.Status !== undefined && input.Status !== before.status);
  const isClosed = before.status === "VOIDED" || before.status === "DELETED";
  const hasMoney = before.payments.length > 0 || before.credits.length > 0;
  return isClosed || (hasMoney && touchesBooks)
    ? ["Invoice not of valid status for modification"]
    : [];
}

function nextNumber(taken: ReadonlySet<string>, { books }: BookingContext): string {
  for (let nth = books.invoices.size + 1; ; nth += 1) {
    const number = `INV-${String(nth).padStart(4, "0")}`;
    if (books.findInvoice({ number }) === undefined && !taken.has(number.toLowerCase()))
      return number;
  }
}
