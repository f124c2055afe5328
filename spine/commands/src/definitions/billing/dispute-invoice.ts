import { invoiceSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineOwnCommand } from "../../definition.ts";
import { invoiceId } from "../fields.ts";

/** Writes down that a customer does not agree with an invoice. Finance has no place for that: it is ours. */
export const disputeInvoice = defineOwnCommand({
  type: "billing.disputeInvoice",
  version: 1,
  data: z.object({ invoiceId, reason: z.string() }),
  subjectOf: (data) => invoiceSubject(data.invoiceId),
});
