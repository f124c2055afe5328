import { randomUUID } from "node:crypto";
import { Decimal } from "decimal.js";
import { money, sumOf } from "./amounts.ts";
import { withBalance } from "./book-invoice.ts";
import { bookDocument, type BookingContext, type Prepared } from "./documents.ts";
import { lockProblems } from "./lock-date.ts";
import type { AllocationInput, CreditNoteInput } from "./inputs.ts";
import type { AllocationRow, CreditNoteRow, InvoiceRow } from "./rows.ts";

/** Checks one entry of a write to CreditNotes; `before` and `taken` as for an invoice. */
export function bookCreditNote(
  input: CreditNoteInput,
  before: CreditNoteRow | undefined,
  taken: Set<string>,
  context: BookingContext,
): Prepared<CreditNoteRow> {
  const type = input.Type ?? before?.type;
  const number = input.CreditNoteNumber ?? before?.number ?? nextNumber(taken, context);
  const { messages, ...document } = bookDocument(input, before, false, context);
  const holder = context.books.findCreditNote({ number });
  const isTaken = holder !== undefined && holder.creditNoteId !== before?.creditNoteId;
  const problems = [
    ...(type === undefined ? ["Type must be specified."] : []),
    ...(isTaken || taken.has(number.toLowerCase()) ? ["Credit note number must be unique."] : []),
    ...(before !== undefined && before.allocations.length > 0 && input.LineItems !== undefined
      ? ["Credit note not of valid status for modification"]
      : []),
    ...messages,
  ];
  taken.add(number.toLowerCase());
  if (problems.length > 0 || type === undefined) return { kind: "refused", messages: problems };
  const row: CreditNoteRow = {
    ...document,
    number,
    creditNoteId: before?.creditNoteId ?? randomUUID(),
    type,
    allocations: before?.allocations ?? [],
    remainingCredit: "0.00",
  };
  return { kind: "ready", row: withAllocations(row, row.allocations) };
}

export type Allocated = {
  readonly creditNote: CreditNoteRow;
  readonly invoice: InvoiceRow;
  readonly allocation: AllocationRow;
};

/** Checks the use of a credit note's credit for an invoice of the same customer. */
export function allocateCredit(
  creditNote: CreditNoteRow,
  input: AllocationInput,
  { books, today, nowIso, lockedUntil }: BookingContext,
): Prepared<Allocated> {
  const { InvoiceID: id, InvoiceNumber: number } = input.Invoice;
  const invoice = books.findInvoice({ id, number });
  if (invoice === undefined) return { kind: "refused", messages: ["Invoice could not be found"] };
  const messages: string[] = [];
  const amount = money(input.Amount);
  if (creditNote.status !== "AUTHORISED") messages.push("Credit note is not approved.");
  if (invoice.status !== "AUTHORISED") messages.push("Invoice not of valid status for allocation");
  if (invoice.contactId !== creditNote.contactId) messages.push("The contacts do not match.");
  messages.push(...lockProblems(input.Date ?? today, lockedUntil));
  if (new Decimal(amount).lessThanOrEqualTo(0)) messages.push("Amount must be above zero.");
  if (new Decimal(amount).greaterThan(creditNote.remainingCredit)) {
    messages.push("Amount exceeds the remaining credit on this document");
  }
  if (new Decimal(amount).greaterThan(invoice.amountDue)) {
    messages.push("Amount exceeds the amount outstanding on this document");
  }
  if (messages.length > 0) return { kind: "refused", messages };
  const { creditNoteId } = creditNote;
  const date = input.Date ?? today;
  const allocation = { allocationId: randomUUID(), invoiceId: invoice.invoiceId, date, amount };
  const credit = { creditNoteId, number: creditNote.number, date, amount };
  const { payments, credits } = invoice;
  return {
    kind: "ready",
    row: {
      allocation,
      creditNote: {
        ...withAllocations(creditNote, [...creditNote.allocations, allocation]),
        updatedAt: nowIso,
      },
      invoice: {
        ...withBalance(invoice, { payments, credits: [...credits, credit] }, today),
        updatedAt: nowIso,
      },
    },
  };
}

/** What is left of the credit after what was applied to invoices and what was paid back. */
export function withAllocations(
  row: CreditNoteRow,
  allocations: readonly AllocationRow[],
): CreditNoteRow {
  const used = [...allocations, ...(row.refunds ?? [])];
  const remaining = new Decimal(row.total).minus(sumOf(used.map(({ amount }) => amount)));
  const isPaid = row.status === "AUTHORISED" && used.length > 0 && remaining.isZero();
  return {
    ...row,
    allocations,
    remainingCredit:
      row.status === "VOIDED" || row.status === "DELETED" ? "0.00" : money(remaining),
    status: isPaid ? "PAID" : row.status,
    fullyPaidOn: isPaid ? (used.at(-1)?.date ?? null) : null,
  };
}

function nextNumber(taken: ReadonlySet<string>, { books }: BookingContext): string {
  for (let nth = books.creditNotes.size + 1; ; nth += 1) {
    const number = `CN-${String(nth).padStart(4, "0")}`;
    const isFree = books.findCreditNote({ number }) === undefined;
    if (isFree && !taken.has(number.toLowerCase())) return number;
  }
}
