import {
  addDecimals,
  compareDecimals,
  extendPrice,
  isOpenInvoice,
  isPositive,
  minDecimal,
  parseCurrencyCode,
  SourceError,
  ZERO,
  type CreditMemoDraft,
  type Decimal,
} from "@crossdock/domain";
import {
  UnknownOutcomeError,
  type CreditMemoWriter,
  type InvoiceReader,
  type IssuedCredit,
  type Refused,
} from "@crossdock/source-contract";
import { unexpected, exactNumber } from "@crossdock/source-http";
import {
  allocationList,
  creditNoteDocument,
  creditNoteList,
  type CreditNoteDocument,
} from "./credit-note-document.ts";
import { fitKey } from "./idempotency-key.ts";
import { FINE_UNITS, type InvoiceDeps } from "./invoice-reader.ts";
import type { BookingRules } from "./invoice-writer.ts";
import { messagesOf, refusalOf } from "./refusals.ts";
import { moneyOf } from "./wire-values.ts";

type WriterDeps = InvoiceDeps & { readonly reader: InvoiceReader; readonly rules: BookingRules };

const ISSUE = "PUT CreditNotes";
const APPLY = "PUT Allocations";
/** Both guards hold against a try that is still under way: only a look-up could come too early. */
const SETTLE_MS = 1_000;
/** How often a balance may change between our look and our use of it, before it is left for later. */
const MAX_APPLY_TRIES = 3;
/** What the vendor keeps of a reference. */
const MAX_REFERENCE_LENGTH = 255;
const NUMBER_TAKEN = /must be unique/i;
/** Only such a text may stand in a filter. */
const FILTERABLE = /^[^"\\]+$/;

/**
 * A credit is two calls here: a credit note, whose number the vendor takes once, and its allocation to the
 * invoice. What a try has left undone is read from the note itself, so that any later try finishes it.
 */
export function createCreditMemoWriter(deps: WriterDeps): CreditMemoWriter {
  const { client, directory, reader, rules } = deps;

  const contactOf = ({ customerNumber }: CreditMemoDraft, signal: AbortSignal) =>
    directory.idOf(customerNumber, signal);

  /** `null` when there is no note of that number. */
  const readNote = async ({ number }: CreditMemoDraft, signal: AbortSignal) => {
    if (!FILTERABLE.test(number)) return null;
    const where = `CreditNoteNumber=="${number}"`;
    const query = { where, ...FINE_UNITS };
    const [note] = await client.getAll(
      { path: "/CreditNotes", query, row: creditNoteDocument },
      signal,
    );
    return note ?? null;
  };

  /** What of the note is still to be applied; `null` when nothing is, or nothing is open to apply it to. */
  const leftToApply = async (
    note: CreditNoteDocument,
    draft: CreditMemoDraft,
    signal: AbortSignal,
  ) => {
    const credit = note.RemainingCredit ?? ZERO;
    if (isPositive(appliedOf(note, draft)) || !isPositive(credit)) return null;
    const [invoice] = await reader.readInvoices([draft.invoiceId], signal);
    if (!invoice || !isOpenInvoice(invoice)) return null;
    const left = minDecimal(credit, invoice.balance.amount);
    return isPositive(left) ? left : null;
  };

  const issue = async (
    draft: CreditMemoDraft,
    idempotencyKey: string,
    signal: AbortSignal,
  ): Promise<Refused | null> => {
    const contactId = await contactOf(draft, signal);
    if (contactId === null) {
      const message = `Finance has no customer ${draft.customerNumber}.`;
      return { kind: "refused", code: "UNKNOWN_CUSTOMER", message };
    }
    const answer = await client.put(
      {
        path: "/CreditNotes",
        query: FINE_UNITS,
        body: { CreditNotes: [toBody(draft, contactId, rules)] },
        idempotencyKey: fitKey(idempotencyKey),
      },
      signal,
    );
    if (answer.status === 200) {
      client.decode(ISSUE, answer, creditNoteList);
      return null;
    }
    if (answer.status !== 400) throw unexpected(client.name, ISSUE, answer);
    const refusal = refusalOf(answer);
    // No list of errors: the key came before, with a draft that reads differently.
    const isTaken =
      refusal === null || messagesOf(answer).some((message) => NUMBER_TAKEN.test(message));
    if (!isTaken) return refusal;
    const note = await afterIssue(client.name, () => readNote(draft, signal));
    if (note === null) throw unexpected(client.name, ISSUE, answer);
    if (isOf(note, draft, contactId)) return null;
    const message = `Credit ${draft.number} exists in finance and is not this one.`;
    return { kind: "refused", code: "REFUSED", message };
  };

  /** The note is read anew before each use of it: a repeated call is answered with what was true then. */
  const applyIssued = async (
    draft: CreditMemoDraft,
    idempotencyKey: string,
    signal: AbortSignal,
  ): Promise<IssuedCredit> => {
    let detail = "The credit note was not there to be applied.";
    for (let tries = 0; tries < MAX_APPLY_TRIES; tries += 1) {
      const note = await readNote(draft, signal);
      if (note === null) break;
      const amount = await leftToApply(note, draft, signal);
      if (amount === null) return toIssued(note, draft);
      const allocation = { Invoice: { InvoiceID: draft.invoiceId }, Amount: exactNumber(amount) };
      const answer = await client.put(
        {
          path: `/CreditNotes/${note.CreditNoteID}/Allocations`,
          query: {},
          body: { Allocations: [{ ...allocation, Date: draft.issuedOn }] },
          // Another amount is another request: the vendor does not take it under the same key.
          idempotencyKey: fitKey(`${idempotencyKey}-${amount}`),
        },
        signal,
      );
      if (answer.status === 200) {
        client.decode(APPLY, answer, allocationList);
        const applied = { Amount: amount, Invoice: { InvoiceID: draft.invoiceId } };
        return toIssued({ ...note, Allocations: [applied] }, draft);
      }
      if (answer.status !== 400) throw unexpected(client.name, APPLY, answer);
      // The balance may have changed since we looked.
      detail = messagesOf(answer).join(" ");
    }
    throw new UnknownOutcomeError(client.name, APPLY, detail);
  };

  return {
    idempotency: "native",
    settleMs: SETTLE_MS,

    async findCreditMemo(draft, signal) {
      const note = await readNote(draft, signal);
      const contactId = note === null ? null : await contactOf(draft, signal);
      if (note === null || contactId === null || !isOf(note, draft, contactId)) return null;
      return (await leftToApply(note, draft, signal)) === null ? toIssued(note, draft) : null;
    },

    async issueCreditMemo(draft, idempotencyKey, signal) {
      const refused = await issue(draft, idempotencyKey, signal);
      if (refused !== null) return refused;
      const apply = () => applyIssued(draft, idempotencyKey, signal);
      return { kind: "done", document: await afterIssue(client.name, apply) };
    },
  };
}

/**
 * Where there is a note of the number already: also a call that never left us leaves it behind, and nobody
 * may think that nothing was done.
 */
async function afterIssue<T>(source: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SourceError && error.isUnsent)) throw error;
    throw new UnknownOutcomeError(source, APPLY, error.message, error.retryAfterMs);
  }
}

function appliedOf({ Allocations }: CreditNoteDocument, { invoiceId }: CreditMemoDraft): Decimal {
  const toInvoice = (Allocations ?? []).filter(
    ({ Invoice }) => Invoice.InvoiceID.toLowerCase() === invoiceId.toLowerCase(),
  );
  return addDecimals(ZERO, ...toInvoice.map(({ Amount }) => Amount));
}

function toIssued(note: CreditNoteDocument, draft: CreditMemoDraft): IssuedCredit {
  const currency = parseCurrencyCode(note.CurrencyCode);
  return {
    memo: {
      id: note.CreditNoteID,
      number: note.CreditNoteNumber ? note.CreditNoteNumber : null,
      total: moneyOf(note.Total, currency),
      issuedOn: note.Date ?? null,
      reason: draft.reason,
    },
    applied: moneyOf(appliedOf(note, draft), currency),
  };
}

/** Whether a note in finance is what the draft asked for: same customer and amount. */
function isOf(note: CreditNoteDocument, draft: CreditMemoDraft, contactId: string): boolean {
  const asked = addDecimals(
    ...draft.lines.map(({ unitPrice, quantity }) => extendPrice(unitPrice, quantity.value).amount),
  );
  const amount = draft.isTaxIncluded ? note.Total : note.SubTotal;
  return note.Contact.ContactID === contactId && compareDecimals(amount, asked) === 0;
}

function toBody(draft: CreditMemoDraft, contactId: string, rules: BookingRules) {
  return {
    Type: "ACCRECCREDIT",
    Status: "AUTHORISED",
    CreditNoteNumber: draft.number,
    Reference: [...draft.reason].slice(0, MAX_REFERENCE_LENGTH).join(""),
    Contact: { ContactID: contactId },
    Date: draft.issuedOn,
    CurrencyCode: draft.currency,
    LineAmountTypes: draft.isTaxIncluded ? "Inclusive" : "Exclusive",
    LineItems: draft.lines.map((line) => ({
      ...(line.sku === null ? {} : { ItemCode: line.sku }),
      Description: line.description,
      Quantity: exactNumber(line.quantity.value),
      UnitAmount: exactNumber(line.unitPrice.amount),
      AccountCode: rules.salesAccountCode,
      TaxType: rules.taxType,
    })),
  };
}
