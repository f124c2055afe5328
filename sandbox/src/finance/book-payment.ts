import { randomUUID } from "node:crypto";
import { Decimal } from "decimal.js";
import { money } from "./amounts.ts";
import { withBalance } from "./book-invoice.ts";
import type { BookingContext, Prepared } from "./documents.ts";
import type { PaymentInput } from "./inputs.ts";
import { lockProblems } from "./lock-date.ts";
import { accountOf } from "./organisation.ts";
import type { InvoiceRow, PaymentRow } from "./rows.ts";

export type Paid = { readonly payment: PaymentRow; readonly invoice: InvoiceRow };

/** Checks a customer's payment; it may settle a part of the invoice, never more than is due. */
export function bookPayment(
  input: PaymentInput,
  { books, today, nowIso, lockedUntil }: BookingContext,
): Prepared<Paid> {
  const { InvoiceID: id, InvoiceNumber: number } = input.Invoice ?? {};
  const invoice = books.findInvoice({ id, number });
  if (invoice === undefined) return { kind: "refused", messages: ["Invoice could not be found"] };
  const account = accountOf(input.Account?.AccountID ?? input.Account?.Code);
  const messages: string[] = [];
  const amount = money(input.Amount);
  if (account?.EnablePaymentsToAccount !== true) {
    messages.push("Account type is invalid or payments to it are not enabled");
  }
  if (invoice.status !== "AUTHORISED" && invoice.status !== "PAID") {
    messages.push("Invoice not of valid status for payment");
  }
  messages.push(...lockProblems(input.Date ?? today, lockedUntil));
  if (new Decimal(amount).lessThanOrEqualTo(0)) messages.push("Payment amount must be above zero");
  if (new Decimal(amount).greaterThan(invoice.amountDue)) {
    messages.push("Payment amount exceeds the amount outstanding on this document");
  }
  if (messages.length > 0) return { kind: "refused", messages };
  const applied = {
    paymentId: randomUUID(),
    date: input.Date ?? today,
    amount,
    reference: input.Reference ?? "",
  };
  const { payments, credits } = invoice;
  const settled = withBalance(invoice, { payments: [...payments, applied], credits }, today);
  const payment: PaymentRow = {
    ...applied,
    invoiceId: invoice.invoiceId,
    accountCode: account?.Code ?? "",
    status: "AUTHORISED",
    updatedAt: nowIso,
  };
  return { kind: "ready", row: { payment, invoice: { ...settled, updatedAt: nowIso } } };
}

/** A payment is never removed, only marked; its amount is due again. */
export function deletePayment(
  payment: PaymentRow,
  { books, today, nowIso, lockedUntil }: BookingContext,
): Prepared<Paid> {
  const invoice = books.invoices.get(payment.invoiceId);
  if (invoice === undefined || payment.status === "DELETED") {
    return { kind: "refused", messages: ["Payment not of valid status for modification"] };
  }
  const locked = lockProblems(payment.date, lockedUntil);
  if (locked.length > 0) return { kind: "refused", messages: locked };
  const payments = invoice.payments.filter(({ paymentId }) => paymentId !== payment.paymentId);
  const reopened = withBalance(invoice, { payments, credits: invoice.credits }, today);
  return {
    kind: "ready",
    row: {
      payment: { ...payment, status: "DELETED", updatedAt: nowIso },
      invoice: { ...reopened, updatedAt: nowIso },
    },
  };
}
