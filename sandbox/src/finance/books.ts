import type { Collection, Store } from "../kit/store.ts";
import type { World } from "../world/world.ts";
import { money, sumOf } from "./amounts.ts";
import type { ContactRow, CreditNoteRow, InvoiceRow, PaymentRow } from "./rows.ts";
import { seedBooks } from "./seed.ts";

export type ChangedRecord = {
  readonly category: "CONTACT" | "INVOICE" | "CREDITNOTE";
  readonly type: "CREATE" | "UPDATE";
  readonly id: string;
  readonly at: string;
  readonly data?: Readonly<Record<string, string>>;
};

/** A reference by id, or by the number that people use. */
export type RecordReference = {
  readonly id?: string | undefined;
  readonly number?: string | undefined;
};

/** The organisation's records. `save…` stores, keeps the look-ups true and tells `onChange`. */
export interface Books {
  readonly contacts: Reading<ContactRow>;
  readonly invoices: Reading<InvoiceRow>;
  readonly payments: Reading<PaymentRow>;
  readonly creditNotes: Reading<CreditNoteRow>;
  findContact(reference: RecordReference): ContactRow | undefined;
  findInvoice(reference: RecordReference): InvoiceRow | undefined;
  findCreditNote(reference: RecordReference): CreditNoteRow | undefined;
  /** What a contact owes: unpaid approved sales invoices less credit that is not allocated yet. */
  receivables(contactId: string, today: string): { outstanding: string; overdue: string };
  saveContact(row: ContactRow): void;
  saveInvoice(row: InvoiceRow): void;
  /** The same without a word to anybody. */
  replaceInvoice(row: InvoiceRow): void;
  savePayment(row: PaymentRow): void;
  saveCreditNote(row: CreditNoteRow): void;
}

export type Reading<T> = Pick<Collection<T>, "get" | "values" | "size">;

export function createBooks(
  world: World,
  store: Store,
  onChange: (change: ChangedRecord) => void,
): Books {
  const seed = seedBooks(world);
  const contacts = store.collection("contacts", seed.contacts);
  const invoices = store.collection("invoices", seed.invoices);
  const payments = store.collection("payments", seed.payments);
  const creditNotes = store.collection<CreditNoteRow>("creditNotes");
  const byNumber = {
    contact: createNumberIndex(contacts, (row) => row.contactNumber),
    invoice: createNumberIndex(invoices, salesNumberOf),
    creditNote: createNumberIndex(creditNotes, (row) => row.number),
  };
  const open = createOpenIndex(invoices, creditNotes);
  const replaceInvoice = (row: InvoiceRow) => {
    const before = invoices.get(row.invoiceId);
    invoices.put(row.invoiceId, row);
    byNumber.invoice.moved(row.invoiceId, before, row);
    open.note(row);
  };

  return {
    contacts,
    invoices,
    payments,
    creditNotes,
    findContact: ({ id, number }) =>
      contacts.get(id?.toLowerCase() ?? byNumber.contact.idOf(number)),
    findInvoice: ({ id, number }) =>
      invoices.get(id?.toLowerCase() ?? byNumber.invoice.idOf(number)),
    findCreditNote: ({ id, number }) =>
      creditNotes.get(id?.toLowerCase() ?? byNumber.creditNote.idOf(number)),
    receivables(contactId, today) {
      const owed = open.invoicesOf(contactId);
      const late = owed.filter((row) => row.dueDate !== null && row.dueDate < today);
      const credit = sumOf(open.creditNotesOf(contactId).map((row) => row.remainingCredit));
      const due = (rows: readonly InvoiceRow[]) => sumOf(rows.map((row) => row.amountDue));
      return { outstanding: money(due(owed).minus(credit)), overdue: money(due(late)) };
    },
    saveContact(row) {
      const before = contacts.get(row.contactId);
      contacts.put(row.contactId, row);
      byNumber.contact.moved(row.contactId, before, row);
      onChange({ category: "CONTACT", ...changeOf(before), id: row.contactId, at: row.updatedAt });
    },
    replaceInvoice,
    saveInvoice(row) {
      const before = invoices.get(row.invoiceId);
      replaceInvoice(row);
      onChange({ category: "INVOICE", ...changeOf(before), id: row.invoiceId, at: row.updatedAt });
    },
    savePayment(row) {
      payments.put(row.paymentId, row);
    },
    saveCreditNote(row) {
      const before = creditNotes.get(row.creditNoteId);
      creditNotes.put(row.creditNoteId, row);
      byNumber.creditNote.moved(row.creditNoteId, before, row);
      open.noteCredit(row);
      onChange({
        category: "CREDITNOTE",
        ...changeOf(before),
        id: row.creditNoteId,
        at: row.updatedAt,
        data: { Type: row.type, Status: row.status },
      });
    },
  };
}

/** A deleted draft gives its number free; a supplier's bill carries the supplier's own number. */
function salesNumberOf({ type, status, number }: InvoiceRow): string | null {
  return type === "ACCREC" && status !== "DELETED" ? number : null;
}

function changeOf(before: unknown): { readonly type: "CREATE" | "UPDATE" } {
  return { type: before === undefined ? "CREATE" : "UPDATE" };
}

/** Numbers are found whatever their case. */
function createNumberIndex<T>(rows: Collection<T>, numberOf: (row: T) => string | null) {
  const ids = new Map<string, string>();
  const keyOf = (row: T | undefined) => (row === undefined ? null : numberOf(row))?.toLowerCase();
  for (const [id, row] of rows.entries()) {
    const key = keyOf(row);
    if (key !== undefined) ids.set(key, id);
  }
  return {
    idOf: (number: string | undefined) => ids.get(number?.toLowerCase() ?? "") ?? "",
    moved(id: string, before: T | undefined, after: T) {
      const [old, key] = [keyOf(before), keyOf(after)];
      if (old !== undefined && old !== key && ids.get(old) === id) ids.delete(old);
      if (key !== undefined) ids.set(key, id);
    },
  };
}

/** Per contact what is not settled, so that a balance does not walk through five thousand invoices. */
function createOpenIndex(invoices: Collection<InvoiceRow>, creditNotes: Collection<CreditNoteRow>) {
  const open = new Map<string, Map<string, InvoiceRow>>();
  const credit = new Map<string, Map<string, CreditNoteRow>>();
  const place = <T>(
    index: Map<string, Map<string, T>>,
    contact: string,
    id: string,
    row: T | null,
  ) => {
    const rows = index.get(contact) ?? new Map<string, T>();
    if (row === null) rows.delete(id);
    else rows.set(id, row);
    index.set(contact, rows);
  };
  const note = (row: InvoiceRow) => {
    const isOpen = row.type === "ACCREC" && row.status === "AUTHORISED";
    place(open, row.contactId, row.invoiceId, isOpen ? row : null);
  };
  const noteCredit = (row: CreditNoteRow) => {
    const isOpen = row.type === "ACCRECCREDIT" && row.status === "AUTHORISED";
    place(credit, row.contactId, row.creditNoteId, isOpen ? row : null);
  };
  for (const row of invoices.values()) note(row);
  for (const row of creditNotes.values()) noteCredit(row);
  return {
    note,
    noteCredit,
    invoicesOf: (contactId: string) => [...(open.get(contactId)?.values() ?? [])],
    creditNotesOf: (contactId: string) => [...(credit.get(contactId)?.values() ?? [])],
  };
}
