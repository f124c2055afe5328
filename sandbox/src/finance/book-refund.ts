import { randomUUID } from "node:crypto";
import { Decimal } from "decimal.js";
import { money } from "./amounts.ts";
import { withAllocations } from "./book-credit.ts";
import type { BookingContext, Prepared } from "./documents.ts";
import type { PaymentInput } from "./inputs.ts";
import { lockProblems } from "./lock-date.ts";
import { accountOf } from "./organisation.ts";
import type { CreditNoteRow, PaymentRow } from "./rows.ts";

export type Refunded = { readonly payment: PaymentRow; readonly creditNote: CreditNoteRow };

/** Checks a payment of a credit note: a refund may use up a part of what is left of it, never more. */
export function bookRefund(
  input: PaymentInput,
  { books, today, nowIso, lockedUntil }: BookingContext,
): Prepared<Refunded> {
  const { CreditNoteID: id, CreditNoteNumber: number } = input.CreditNote ?? {};
  const creditNote = books.findCreditNote({ id, number });
  if (creditNote === undefined) {
    return { kind: "refused", messages: ["Credit note could not be found"] };
  }
  const account = accountOf(input.Account?.AccountID ?? input.Account?.Code);
  const amount = money(input.Amount);
  const date = input.Date ?? today;
  const messages = [
    ...(account?.EnablePaymentsToAccount === true
      ? []
      : ["Account type is invalid or payments to it are not enabled"]),
    ...(creditNote.status === "AUTHORISED" ? [] : ["Credit note not of valid status for payment"]),
    ...lockProblems(date, lockedUntil),
    ...(new Decimal(amount).greaterThan(0) ? [] : ["Payment amount must be above zero"]),
    ...(new Decimal(amount).greaterThan(creditNote.remainingCredit)
      ? ["Payment amount exceeds the amount outstanding on this document"]
      : []),
  ];
  if (messages.length > 0) return { kind: "refused", messages };
  const applied = { paymentId: randomUUID(), date, amount, reference: input.Reference ?? "" };
  const { creditNoteId, allocations, refunds = [] } = creditNote;
  const refunded = withAllocations({ ...creditNote, refunds: [...refunds, applied] }, allocations);
  const payment: PaymentRow = {
    ...applied,
    invoiceId: "",
    creditNoteId,
    accountCode: account?.Code ?? "",
    status: "AUTHORISED",
    updatedAt: nowIso,
  };
  return { kind: "ready", row: { payment, creditNote: { ...refunded, updatedAt: nowIso } } };
}
