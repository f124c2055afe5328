import {
  INVOICE_CHANGES,
  INVOICE_STATUSES,
  invoiceSubject,
  parseInvoiceId,
  parseInvoiceNumber,
  parseOrderId,
  parseOrderNumber,
} from "@crossdock/domain";
import { z } from "zod";
import { defineEvent } from "../../define-event.ts";

/** An invoice was posted, paid, credited or disputed. The invoice book has it already, when finance told of it. */
export const invoiceChanged = defineEvent({
  type: "billing.invoiceChanged",
  version: 1,
  summary: "An invoice was posted, paid, credited or disputed.",
  owner: "billing",
  producer: "spine/processes/src/invoice-event.ts",
  subjectKind: "invoice",
  data: z.object({
    invoiceId: z.string().transform(parseInvoiceId),
    invoiceNumber: z.string().transform(parseInvoiceNumber).nullable(),
    change: z.enum(INVOICE_CHANGES),
    status: z.enum(INVOICE_STATUSES),
    orderNumbers: z.array(z.string().transform(parseOrderNumber)),
    /** Those of `orderNumbers` that the order book knows. */
    orderIds: z.array(z.string().transform(parseOrderId)),
  }),
  subjectOf: ({ invoiceId }) => invoiceSubject(invoiceId),
});
