import type { CustomerNumber, InvoiceId, InvoiceNumber, OrderNumber, Sku } from "./identifiers.ts";
import type { Money } from "./money.ts";
import type { Quantity } from "./quantity.ts";
import type { Instant, LocalDate } from "./time.ts";

export const INVOICE_STATUSES = [
  "DRAFT",
  "POSTED",
  "PARTIALLY_PAID",
  "PAID",
  "OVERDUE",
  "DISPUTED",
  "CREDITED",
  "VOID",
] as const;
export type InvoiceStatus = (typeof INVOICE_STATUSES)[number];

/** A bill. Finance owns it. */
export type Invoice = {
  readonly id: InvoiceId;
  readonly number: InvoiceNumber | null;
  readonly customerNumber: CustomerNumber;
  /** Empty for one raised by hand in finance. */
  readonly orderNumbers: readonly OrderNumber[];
  readonly status: InvoiceStatus;
  readonly issuedOn: LocalDate | null;
  readonly dueOn: LocalDate | null;
  readonly lines: readonly InvoiceLine[];
  readonly subtotal: Money;
  readonly tax: Money;
  readonly freight: Money | null;
  readonly total: Money;
  readonly balance: Money;
  readonly payments: readonly Payment[];
  readonly creditMemos: readonly CreditMemo[];
  readonly modifiedAt: Instant;
};

export type InvoiceLine = {
  readonly lineNumber: number;
  readonly description: string;
  readonly sku: Sku | null;
  /** The order line that it bills, where finance still knows it. */
  readonly orderLine: { readonly orderNumber: OrderNumber; readonly lineNumber: number } | null;
  readonly quantity: Quantity;
  readonly unitPrice: Money;
  readonly lineTotal: Money;
};

export type Payment = {
  readonly id: string;
  readonly amount: Money;
  readonly receivedOn: LocalDate;
  readonly reference: string | null;
};

export type CreditMemo = {
  readonly id: string;
  readonly number: string | null;
  readonly total: Money;
  readonly issuedOn: LocalDate | null;
  readonly reason: string | null;
};

/** A bill to be raised. `number` is ours and unique in finance: the same draft twice is one bill. */
export type InvoiceDraft = {
  readonly number: InvoiceNumber;
  readonly customerNumber: CustomerNumber;
  readonly orderNumber: OrderNumber;
  readonly currency: Money["currency"];
  readonly issuedOn: LocalDate;
  readonly dueOn: LocalDate;
  readonly lines: readonly InvoiceDraftLine[];
  /** What the customer is charged for the way, on a line of its own; left out when it is within the prices. */
  readonly freight?: { readonly amount: Money; readonly tax: Money | null };
  /** What is owed for nothing that was shipped, on a line of its own and not taxed; left out: nothing. */
  readonly surcharge?: { readonly description: string; readonly amount: Money };
};

export type InvoiceDraftLine = {
  /** The order line that it bills. */
  readonly orderLineNumber: number;
  readonly sku: Sku;
  readonly description: string;
  readonly quantity: Quantity;
  readonly unitPrice: Money;
  /** As a tax source says; left out where finance's own rules tax the line. */
  readonly tax?: Money;
};
