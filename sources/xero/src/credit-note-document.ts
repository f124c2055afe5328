import { decimalField } from "@crossdock/source-http";
import { z } from "zod";
import { dateField } from "./wire-values.ts";

/** The fields of a CreditNote that we read. */
export const creditNoteDocument = z.object({
  CreditNoteID: z.string(),
  CreditNoteNumber: z.string().nullish(),
  Contact: z.object({ ContactID: z.string() }),
  Date: dateField.nullish(),
  CurrencyCode: z.string(),
  SubTotal: decimalField,
  Total: decimalField,
  RemainingCredit: decimalField.nullish(),
  Allocations: z
    .array(z.object({ Amount: decimalField, Invoice: z.object({ InvoiceID: z.string() }) }))
    .nullish(),
});
export type CreditNoteDocument = z.infer<typeof creditNoteDocument>;

/** What a credit note that was taken is answered with. */
export const creditNoteList = z.object({ CreditNotes: z.array(creditNoteDocument).min(1) });

/** What an allocation that was taken is answered with. */
export const allocationList = z.object({
  Allocations: z.array(z.object({ Amount: decimalField })).min(1),
});
