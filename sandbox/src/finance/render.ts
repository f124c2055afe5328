import type { World } from "../world/world.ts";
import { paymentTypeOf } from "./fields.ts";
import { stableGuid } from "../world/generate-world.ts";
import { UNIT_PLACES } from "./amounts.ts";
import { accountOf } from "./organisation.ts";
import type { Books } from "./books.ts";
import type {
  BookedDocument,
  ContactRow,
  CreditNoteRow,
  InvoiceRow,
  LineRow,
  PaymentRow,
} from "./rows.ts";
import { Decimal } from "decimal.js";
import { dateString, msDate } from "./xero-json.ts";

/**
 * `full`: one record, or a page of them; `list`: no line items, as in lists without paging;
 * `summary`: also without everything that takes the vendor time to compute.
 */
export type Detail = "full" | "list" | "summary";

export type Render = ReturnType<typeof createRender>;

/** Rows to the vendor's JSON. A contact inside another record shows its id and name alone. */
export function createRender(world: World, books: Books, today: () => string) {
  const items = new Map(world.items.map((item) => [item.sku, item]));
  const contactStub = (contactId: string) => ({
    ContactID: contactId,
    Name: books.contacts.get(contactId)?.name ?? "",
    Addresses: [],
    Phones: [],
    ContactGroups: [],
    ContactPersons: [],
    HasValidationErrors: false,
  });
  const lineItem = (line: LineRow, unitPlaces: number) => ({
    ...(line.itemCode === null ? {} : { ItemCode: line.itemCode, Item: itemStub(line.itemCode) }),
    Description: line.description,
    UnitAmount: new Decimal(line.unitAmount)
      .toDecimalPlaces(unitPlaces, Decimal.ROUND_HALF_UP)
      .toNumber(),
    TaxType: line.taxType,
    TaxAmount: Number(line.taxAmount),
    LineAmount: Number(line.lineAmount),
    ...(line.accountCode === null ? {} : { AccountCode: line.accountCode }),
    ...(line.discountRate === null ? {} : { DiscountRate: Number(line.discountRate) }),
    Tracking: [],
    Quantity: Number(line.quantity),
    LineItemID: line.lineItemId,
  });
  const itemStub = (sku: string) => ({
    ItemID: stableGuid("finance", "item", sku),
    Name: items.get(sku)?.name ?? sku,
    Code: sku,
  });
  const booked = (row: BookedDocument, detail: Detail, unitPlaces: number) => ({
    Reference: row.reference,
    CurrencyRate: 1,
    HasErrors: false,
    HasAttachments: false,
    Contact: contactStub(row.contactId),
    DateString: dateString(row.date),
    Date: msDate(row.date),
    ...(row.dueDate === null
      ? {}
      : { DueDateString: dateString(row.dueDate), DueDate: msDate(row.dueDate) }),
    Status: row.status,
    LineAmountTypes: row.lineAmountTypes,
    LineItems: detail === "full" ? row.lines.map((line) => lineItem(line, unitPlaces)) : [],
    SubTotal: Number(row.subTotal),
    TotalTax: Number(row.totalTax),
    Total: Number(row.total),
    UpdatedDateUTC: msDate(row.updatedAt),
    CurrencyCode: row.currencyCode,
    ...(row.fullyPaidOn === null ? {} : { FullyPaidOnDate: msDate(row.fullyPaidOn) }),
  });

  return {
    invoice: (row: InvoiceRow, detail: Detail = "full", unitPlaces: number = UNIT_PLACES) => ({
      Type: row.type,
      InvoiceID: row.invoiceId,
      InvoiceNumber: row.number,
      ...(detail === "summary"
        ? {}
        : {
            Payments: row.payments.map((payment) => ({
              PaymentID: payment.paymentId,
              Date: msDate(payment.date),
              Amount: Number(payment.amount),
              Reference: payment.reference,
              CurrencyRate: 1,
              HasAccount: false,
              HasValidationErrors: false,
            })),
            CreditNotes: row.credits.map((credit) => ({
              CreditNoteID: credit.creditNoteId,
              CreditNoteNumber: credit.number,
              Date: msDate(credit.date),
              DateString: dateString(credit.date),
              AppliedAmount: Number(credit.amount),
              HasErrors: false,
            })),
            Prepayments: [],
            Overpayments: [],
          }),
      AmountDue: Number(row.amountDue),
      AmountPaid: Number(row.amountPaid),
      AmountCredited: Number(row.amountCredited),
      SentToContact: row.sentToContact,
      IsDiscounted: row.lines.some((line) => line.discountRate !== null),
      ...booked(row, detail, unitPlaces),
    }),

    creditNote: (
      row: CreditNoteRow,
      detail: Detail = "full",
      unitPlaces: number = UNIT_PLACES,
    ) => ({
      CreditNoteID: row.creditNoteId,
      CreditNoteNumber: row.number,
      Type: row.type,
      RemainingCredit: Number(row.remainingCredit),
      Allocations: row.allocations.map((allocation) => ({
        AllocationID: allocation.allocationId,
        Amount: Number(allocation.amount),
        Date: msDate(allocation.date),
        Invoice: {
          InvoiceID: allocation.invoiceId,
          InvoiceNumber: books.invoices.get(allocation.invoiceId)?.number ?? "",
        },
      })),
      Payments: [],
      ...booked(row, detail, unitPlaces),
    }),

    payment(row: PaymentRow) {
      const invoice = books.invoices.get(row.invoiceId);
      const account = accountOf(row.accountCode);
      const creditNote =
        row.creditNoteId === undefined ? undefined : books.creditNotes.get(row.creditNoteId);
      return {
        PaymentID: row.paymentId,
        Date: msDate(row.date),
        BankAmount: Number(row.amount),
        Amount: Number(row.amount),
        Reference: row.reference,
        CurrencyRate: 1,
        PaymentType: paymentTypeOf(row),
        Status: row.status,
        UpdatedDateUTC: msDate(row.updatedAt),
        HasAccount: true,
        IsReconciled: false,
        Account: { AccountID: account?.AccountID, Code: row.accountCode },
        ...(creditNote === undefined
          ? {}
          : {
              CreditNote: {
                CreditNoteID: creditNote.creditNoteId,
                CreditNoteNumber: creditNote.number,
                CurrencyCode: creditNote.currencyCode,
              },
            }),
        Invoice: {
          Type: "ACCREC",
          InvoiceID: row.invoiceId,
          InvoiceNumber: invoice?.number ?? "",
          Payments: [],
          CreditNotes: [],
          Prepayments: [],
          Overpayments: [],
          HasErrors: false,
          IsDiscounted: false,
          Contact: contactStub(invoice?.contactId ?? ""),
          LineItems: [],
          CurrencyCode: invoice?.currencyCode ?? "USD",
        },
        HasValidationErrors: false,
      };
    },

    contact(row: ContactRow, detail: Detail = "full") {
      const { outstanding, overdue } = books.receivables(row.contactId, today());
      return {
        ContactID: row.contactId,
        ...(row.contactNumber === null ? {} : { ContactNumber: row.contactNumber }),
        ContactStatus: row.status,
        Name: row.name,
        EmailAddress: row.email,
        Addresses: row.address === null ? [] : [addressOf(row.address)],
        Phones: [],
        UpdatedDateUTC: msDate(row.updatedAt),
        ContactGroups: [],
        IsSupplier: false,
        IsCustomer: true,
        DefaultCurrency: "USD",
        ...(row.paymentTermsDays === null
          ? {}
          : { PaymentTerms: { Sales: { Day: row.paymentTermsDays, Type: "DAYSAFTERBILLDATE" } } }),
        ...(detail === "summary"
          ? {}
          : {
              Balances: {
                AccountsReceivable: { Outstanding: Number(outstanding), Overdue: Number(overdue) },
                AccountsPayable: { Outstanding: 0, Overdue: 0 },
              },
            }),
        ContactPersons: [],
        HasAttachments: false,
        HasValidationErrors: false,
      };
    },
  };
}

function addressOf(address: NonNullable<ContactRow["address"]>) {
  return {
    AddressType: "POBOX",
    AddressLine1: address.line1,
    City: address.city,
    Region: address.region,
    PostalCode: address.postalCode,
    Country: address.country,
  };
}
