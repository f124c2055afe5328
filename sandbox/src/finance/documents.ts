import { randomUUID } from "node:crypto";
import { Decimal } from "decimal.js";
import { priceLine, TAX_RATES, totalsOf } from "./amounts.ts";
import type { Books } from "./books.ts";
import type { DocumentInput, LineInput } from "./inputs.ts";
import { lockProblems } from "./lock-date.ts";
import { accountOf } from "./organisation.ts";
import type { BookedDocument, ContactRow, LineAmountTypes, LineRow } from "./rows.ts";

/** Ready to be saved, or why not. */
export type Prepared<R> =
  | { readonly kind: "ready"; readonly row: R }
  | { readonly kind: "refused"; readonly messages: readonly string[] };

export type BookingContext = {
  readonly books: Books;
  readonly today: string;
  readonly nowIso: string;
  /** The last day of the closed period; `null` while the books are open. */
  readonly lockedUntil: string | null;
  /** Decimal places of unit amounts in this call. */
  readonly unitPlaces: number;
};

type Changes = Omit<BookedDocument, "number"> & { readonly messages: readonly string[] };

const KNOWN_TAX_TYPES = Object.keys(TAX_RATES);

/** What an invoice and a credit note have in common, changed as the caller asked. */
export function bookDocument(
  input: DocumentInput,
  before: BookedDocument | undefined,
  needsDueDate: boolean,
  { books, today, nowIso, lockedUntil, unitPlaces }: BookingContext,
): Changes {
  const messages: string[] = [];
  const status = input.Status ?? before?.status ?? "DRAFT";
  const lineAmountTypes = input.LineAmountTypes ?? before?.lineAmountTypes ?? "Exclusive";
  const contact = contactOf(input, before, books);
  if (contact === undefined) messages.push("The Contact could not be found.");
  if (contact?.status === "ARCHIVED") messages.push("The Contact is archived.");
  const lines =
    input.LineItems === undefined
      ? (before?.lines ?? [])
      : input.LineItems.map((line) => bookLine(line, lineAmountTypes, unitPlaces, messages));
  const isApproved = status === "AUTHORISED";
  const dueDate = input.DueDate ?? before?.dueDate ?? null;
  if (isApproved && needsDueDate && dueDate === null) {
    messages.push("The document cannot be approved without a DueDate.");
  }
  if (isApproved && lines.length === 0) messages.push("One or more line items must be specified.");
  if (isApproved && lines.some((line) => line.accountCode === null)) {
    messages.push("Account code must be specified.");
  }
  for (const { accountCode } of lines) {
    if (accountCode !== null && accountOf(accountCode) === undefined) {
      messages.push(`Account code '${accountCode}' is not a valid code for this document.`);
    }
  }
  messages.push(...statusProblems(before?.status, status));
  const date = input.Date ?? before?.date ?? today;
  messages.push(...lockProblems(date, lockedUntil));
  return {
    reference: input.Reference ?? before?.reference ?? "",
    contactId: contact?.contactId ?? "",
    date,
    dueDate,
    status,
    lineAmountTypes,
    lines,
    ...totalsOf(lines, lineAmountTypes),
    currencyCode: input.CurrencyCode ?? before?.currencyCode ?? "USD",
    fullyPaidOn: before?.fullyPaidOn ?? null,
    updatedAt: nowIso,
    messages: [...new Set(messages)],
  };
}

/** Which steps a document may take by an update; PAID is only ever reached by money. */
function statusProblems(
  before: BookedDocument["status"] | undefined,
  after: BookedDocument["status"],
): string[] {
  if (before === after) return [];
  const steps: Record<string, readonly string[]> = {
    new: ["DRAFT", "SUBMITTED", "AUTHORISED"],
    DRAFT: ["SUBMITTED", "AUTHORISED", "DELETED"],
    SUBMITTED: ["DRAFT", "AUTHORISED", "DELETED"],
    AUTHORISED: ["VOIDED"],
  };
  const allowed = steps[before ?? "new"]?.includes(after) ?? false;
  return allowed ? [] : [`Document of status ${before ?? "new"} cannot become ${after}.`];
}

function contactOf(
  { Contact }: DocumentInput,
  before: BookedDocument | undefined,
  books: Books,
): ContactRow | undefined {
  if (Contact === undefined) return books.contacts.get(before?.contactId ?? "");
  return books.findContact({ id: Contact.ContactID, number: Contact.ContactNumber });
}

function bookLine(
  input: LineInput,
  types: LineAmountTypes,
  unitPlaces: number,
  messages: string[],
): LineRow {
  const quantity = input.Quantity ?? new Decimal(1);
  const taxType = input.TaxType ?? "NONE";
  if (!KNOWN_TAX_TYPES.includes(taxType)) {
    messages.push(`TaxType code '${taxType}' does not exist or cannot be used.`);
  }
  if ((input.Description ?? "") === "") messages.push("Description must be specified.");
  const priced = priceLine(
    {
      quantity,
      unitAmount: input.UnitAmount ?? unitAmountOf(input.LineAmount, quantity),
      discountRate: input.DiscountRate ?? null,
      taxType,
      taxAmount: input.TaxAmount ?? null,
    },
    types,
    unitPlaces,
  );
  const expected = input.LineAmount;
  if (expected !== undefined && !expected.equals(priced.lineAmount)) {
    messages.push(
      `The line total ${expected.toString()} does not match the expected line total ${priced.lineAmount}`,
    );
  }
  return {
    lineItemId: input.LineItemID ?? randomUUID(),
    description: input.Description ?? "",
    itemCode: input.ItemCode ?? null,
    accountCode: input.AccountCode ?? null,
    ...priced,
  };
}

function unitAmountOf(lineAmount: Decimal | undefined, quantity: Decimal): Decimal {
  if (lineAmount === undefined || quantity.isZero()) return new Decimal(0);
  return lineAmount.div(quantity);
}
