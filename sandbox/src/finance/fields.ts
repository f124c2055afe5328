import type { Books } from "./books.ts";
import type { BookedDocument, ContactRow, CreditNoteRow, InvoiceRow, PaymentRow } from "./rows.ts";
import type { Fields } from "./where-filter.ts";

/** What `where` and `order` can name, per list. */
export function createFields(books: Books) {
  const invoice: Fields<InvoiceRow> = {
    ...documentFields(books),
    InvoiceID: (row) => row.invoiceId,
    InvoiceNumber: (row) => row.number,
    Type: (row) => row.type,
    AmountDue: (row) => Number(row.amountDue),
    AmountPaid: (row) => Number(row.amountPaid),
    AmountCredited: (row) => Number(row.amountCredited),
    SentToContact: (row) => row.sentToContact,
  };
  const creditNote: Fields<CreditNoteRow> = {
    ...documentFields(books),
    CreditNoteID: (row) => row.creditNoteId,
    CreditNoteNumber: (row) => row.number,
    Type: (row) => row.type,
    RemainingCredit: (row) => Number(row.remainingCredit),
  };
  const payment: Fields<PaymentRow> = {
    PaymentID: (row) => row.paymentId,
    Status: (row) => row.status,
    PaymentType: (row) => paymentTypeOf(row),
    Reference: (row) => row.reference,
    Date: (row) => Date.parse(row.date),
    Amount: (row) => Number(row.amount),
    UpdatedDateUTC: (row) => Date.parse(row.updatedAt),
    "Invoice.InvoiceID": (row) => row.invoiceId,
    "Invoice.InvoiceNumber": (row) => books.invoices.get(row.invoiceId)?.number ?? null,
    "CreditNote.CreditNoteID": (row) => row.creditNoteId ?? null,
  };
  const contact: Fields<ContactRow> = {
    ContactID: (row) => row.contactId,
    ContactNumber: (row) => row.contactNumber,
    ContactStatus: (row) => row.status,
    Name: (row) => row.name,
    EmailAddress: (row) => row.email,
    UpdatedDateUTC: (row) => Date.parse(row.updatedAt),
    IsCustomer: () => true,
    IsSupplier: () => false,
  };
  return { invoice, creditNote, payment, contact };
}

/** What a payment settles: an invoice of ours, or a credit that is paid back. */
export function paymentTypeOf({ creditNoteId }: PaymentRow): string {
  return creditNoteId === undefined ? "ACCRECPAYMENT" : "ARCREDITPAYMENT";
}

function documentFields(books: Books): Fields<BookedDocument> {
  return {
    Reference: (row) => row.reference,
    Status: (row) => row.status,
    Date: (row) => Date.parse(row.date),
    DueDate: (row) => (row.dueDate === null ? null : Date.parse(row.dueDate)),
    UpdatedDateUTC: (row) => Date.parse(row.updatedAt),
    Total: (row) => Number(row.total),
    SubTotal: (row) => Number(row.subTotal),
    TotalTax: (row) => Number(row.totalTax),
    CurrencyCode: (row) => row.currencyCode,
    "Contact.ContactID": (row) => row.contactId,
    "Contact.ContactNumber": (row) => books.contacts.get(row.contactId)?.contactNumber ?? null,
    "Contact.Name": (row) => books.contacts.get(row.contactId)?.name ?? null,
  };
}
