import { decimalField } from "@crossdock/source-http";
import { z } from "zod";
import { dateField, instantField } from "./wire-values.ts";

/** The fields of an Invoice that we read. Line items come only with paged or single reads. */
const line = z.object({
  LineItemID: z.string().nullish(),
  Description: z.string().nullish(),
  Quantity: decimalField.nullish(),
  UnitAmount: decimalField.nullish(),
  LineAmount: decimalField.nullish(),
  ItemCode: z.string().nullish(),
});
const payment = z.object({
  PaymentID: z.string(),
  Date: dateField,
  Amount: decimalField,
  Reference: z.string().nullish(),
});
const credit = z.object({
  CreditNoteID: z.string().nullish(),
  ID: z.string().nullish(),
  CreditNoteNumber: z.string().nullish(),
  Date: dateField.nullish(),
  AppliedAmount: decimalField.nullish(),
  Total: decimalField.nullish(),
});

export const invoiceDocument = z.object({
  Type: z.string(),
  InvoiceID: z.string(),
  InvoiceNumber: z.string().nullish(),
  Reference: z.string().nullish(),
  Contact: z.object({ ContactID: z.string() }),
  Date: dateField.nullish(),
  DueDate: dateField.nullish(),
  Status: z.enum(["DRAFT", "SUBMITTED", "DELETED", "AUTHORISED", "PAID", "VOIDED"]),
  CurrencyCode: z.string(),
  SubTotal: decimalField,
  TotalTax: decimalField,
  Total: decimalField,
  AmountDue: decimalField,
  AmountPaid: decimalField,
  AmountCredited: decimalField.nullish(),
  LineItems: z.array(line).nullish(),
  Payments: z.array(payment).nullish(),
  CreditNotes: z.array(credit).nullish(),
  UpdatedDateUTC: instantField,
});
export type InvoiceDocument = z.infer<typeof invoiceDocument>;
export type LineDocument = z.infer<typeof line>;

export const invoiceList = z.object({ Invoices: z.array(invoiceDocument) });

/** Bills of suppliers live in the same collection, under numbers of their own. */
export function isSalesInvoice({ Type }: InvoiceDocument): boolean {
  return Type === "ACCREC";
}
