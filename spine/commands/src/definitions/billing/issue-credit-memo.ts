import { invoiceSubject, type CreditMemoDraft } from "@crossdock/domain";
import { z } from "zod";
import { defineCommand } from "../../definition.ts";
import {
  currencyCode,
  customerNumber,
  invoiceId,
  invoiceNumber,
  localDate,
  money,
  orderId,
  orderNumber,
  quantity,
  sku,
} from "../fields.ts";

/**
 * Credits a part of an invoice, or all of it, in finance. Its data is the whole credit, under a number that
 * finance takes only once.
 */
export const issueCreditMemo = defineCommand({
  type: "billing.issueCreditMemo",
  version: 1,
  data: z.object({
    draft: z.object({
      number: z.string(),
      invoiceId,
      customerNumber,
      currency: currencyCode,
      issuedOn: localDate,
      reason: z.string(),
      isTaxIncluded: z.boolean(),
      lines: z.array(
        z.object({
          description: z.string(),
          sku: sku.nullable(),
          quantity,
          unitPrice: money,
        }),
      ),
    }) satisfies z.ZodType<CreditMemoDraft>,
    invoiceNumber,
    orderNumbers: z.array(orderNumber),
    /** Those of `orderNumbers` that the order book knows. */
    orderIds: z.array(orderId),
  }),
  subjectOf: (data) => invoiceSubject(data.draft.invoiceId),
  lane: "finance",
  editable: ["draft.issuedOn", "draft.reason", "draft.lines.*.description"],
});
