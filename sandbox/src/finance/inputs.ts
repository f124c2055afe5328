import { Decimal } from "decimal.js";
import { z } from "zod";
import { postDataProblem } from "./problems.ts";
import { readDate } from "./xero-json.ts";

/** What callers may send. Fields that the sandbox does not book are accepted and ignored. */
const amount = z
  .union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)])
  .transform((raw) => new Decimal(raw));
const date = z.string().transform((raw, context) => {
  const read = readDate(raw);
  if (read === null) context.addIssue({ code: "custom", message: `${raw} is not a date.` });
  return read ?? "";
});
const text = z.string();

const lineInput = z.object({
  LineItemID: text.optional(),
  Description: text.optional(),
  Quantity: amount.optional(),
  UnitAmount: amount.optional(),
  DiscountRate: amount.optional(),
  ItemCode: text.optional(),
  AccountCode: text.optional(),
  TaxType: text.optional(),
  TaxAmount: amount.optional(),
  LineAmount: amount.optional(),
});
export type LineInput = z.infer<typeof lineInput>;

const contactReference = z.object({
  ContactID: text.optional(),
  ContactNumber: text.optional(),
});

const documentInput = z.object({
  Contact: contactReference.optional(),
  LineItems: z.array(lineInput).optional(),
  Date: date.optional(),
  DueDate: date.optional(),
  LineAmountTypes: z.enum(["Exclusive", "Inclusive", "NoTax"]).optional(),
  Reference: text.max(255).optional(),
  CurrencyCode: text.length(3).optional(),
  Status: z.enum(["DRAFT", "SUBMITTED", "AUTHORISED", "VOIDED", "DELETED", "PAID"]).optional(),
});
export type DocumentInput = z.infer<typeof documentInput>;

export const invoiceInput = documentInput.extend({
  Type: z.enum(["ACCREC", "ACCPAY"]).optional(),
  InvoiceID: text.optional(),
  InvoiceNumber: text.max(255).optional(),
  SentToContact: z.boolean().optional(),
});
export type InvoiceInput = z.infer<typeof invoiceInput>;

export const creditNoteInput = documentInput.extend({
  Type: z.enum(["ACCRECCREDIT", "ACCPAYCREDIT"]).optional(),
  CreditNoteID: text.optional(),
  CreditNoteNumber: text.max(255).optional(),
});
export type CreditNoteInput = z.infer<typeof creditNoteInput>;

const invoiceReference = z.object({
  InvoiceID: text.optional(),
  InvoiceNumber: text.optional(),
});

export const paymentInput = z.object({
  Invoice: invoiceReference.optional(),
  CreditNote: z
    .object({ CreditNoteID: text.optional(), CreditNoteNumber: text.optional() })
    .optional(),
  Account: z.object({ AccountID: text.optional(), Code: text.optional() }).optional(),
  Date: date.optional(),
  Amount: amount,
  Reference: text.max(255).optional(),
});
export type PaymentInput = z.infer<typeof paymentInput>;

export const allocationInput = z.object({
  Invoice: invoiceReference,
  Amount: amount,
  Date: date.optional(),
});
export type AllocationInput = z.infer<typeof allocationInput>;

export const contactInput = z.object({
  ContactID: text.optional(),
  ContactNumber: text.max(50).optional(),
  Name: text.min(1).max(255).optional(),
  EmailAddress: text.max(255).optional(),
  ContactStatus: z.enum(["ACTIVE", "ARCHIVED"]).optional(),
});
export type ContactInput = z.infer<typeof contactInput>;

/** An entry as it was sent, for the answer, and as it was read. */
export type Entry<T> = { readonly sent: object; readonly input: T };

/**
 * @param body `{"Invoices": […]}`, a bare list, or one bare entry
 * @throws {ApiProblem} 400 when an entry does not have the types of the API
 */
export function readEntries<T>(body: unknown, name: string, schema: z.ZodType<T>): Entry<T>[] {
  const sent = entriesOf(body, name);
  if (sent.length === 0) throw postDataProblem(`No ${name} in the request.`);
  return sent.map((entry) => {
    const read = schema.safeParse(entry);
    if (!read.success) throw postDataProblem(z.prettifyError(read.error));
    return { sent: entry as object, input: read.data };
  });
}

function entriesOf(body: unknown, name: string): unknown[] {
  if (Array.isArray(body)) return body;
  if (typeof body !== "object" || body === null) return [];
  const named = (body as Record<string, unknown>)[name];
  if (Array.isArray(named)) return named;
  return [named ?? body];
}
