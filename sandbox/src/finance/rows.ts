/**
 * The books as they are stored. Amounts are decimal text with two places (unit amounts and
 * quantities with up to four), dates are `YYYY-MM-DD`, instants UTC ISO 8601.
 */
export type ContactRow = {
  readonly contactId: string;
  readonly contactNumber: string | null;
  readonly name: string;
  readonly email: string;
  readonly status: "ACTIVE" | "ARCHIVED";
  readonly address: {
    readonly line1: string;
    readonly city: string;
    readonly region: string;
    readonly postalCode: string;
    readonly country: string;
  } | null;
  /** Days after the invoice date. */
  readonly paymentTermsDays: number | null;
  readonly updatedAt: string;
};

export type LineAmountTypes = "Exclusive" | "Inclusive" | "NoTax";

export type LineRow = {
  readonly lineItemId: string;
  readonly description: string;
  readonly quantity: string;
  readonly unitAmount: string;
  readonly discountRate: string | null;
  readonly lineAmount: string;
  readonly taxType: string;
  readonly taxAmount: string;
  readonly itemCode: string | null;
  readonly accountCode: string | null;
};

export type DocumentStatus = "DRAFT" | "SUBMITTED" | "AUTHORISED" | "PAID" | "VOIDED" | "DELETED";

/** What an invoice and a credit note have in common. */
export type BookedDocument = {
  readonly number: string;
  readonly reference: string;
  readonly contactId: string;
  readonly date: string;
  readonly dueDate: string | null;
  readonly status: DocumentStatus;
  readonly lineAmountTypes: LineAmountTypes;
  readonly lines: readonly LineRow[];
  readonly subTotal: string;
  readonly totalTax: string;
  readonly total: string;
  readonly currencyCode: string;
  readonly fullyPaidOn: string | null;
  readonly updatedAt: string;
};

export type InvoiceRow = BookedDocument & {
  readonly invoiceId: string;
  readonly type: "ACCREC" | "ACCPAY";
  readonly sentToContact: boolean;
  readonly createdByApp: boolean;
  readonly payments: readonly AppliedPayment[];
  readonly credits: readonly AppliedCredit[];
  readonly amountPaid: string;
  readonly amountCredited: string;
  readonly amountDue: string;
};

export type AppliedPayment = {
  readonly paymentId: string;
  readonly date: string;
  readonly amount: string;
  readonly reference: string;
};

export type AppliedCredit = {
  readonly creditNoteId: string;
  readonly number: string;
  readonly date: string;
  readonly amount: string;
};

export type PaymentRow = {
  readonly paymentId: string;
  /** Empty for a refund. */
  readonly invoiceId: string;
  /** Of a refund: the credit note that is paid back. */
  readonly creditNoteId?: string;
  readonly accountCode: string;
  readonly date: string;
  readonly amount: string;
  readonly reference: string;
  readonly status: "AUTHORISED" | "DELETED";
  readonly updatedAt: string;
};

export type CreditNoteRow = BookedDocument & {
  readonly creditNoteId: string;
  readonly type: "ACCRECCREDIT" | "ACCPAYCREDIT";
  readonly allocations: readonly AllocationRow[];
  /** What of it was paid back to the customer; none when left out. */
  readonly refunds?: readonly AppliedPayment[];
  readonly remainingCredit: string;
};

export type AllocationRow = {
  readonly allocationId: string;
  readonly invoiceId: string;
  readonly date: string;
  readonly amount: string;
};
