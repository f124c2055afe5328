import { invoiceSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineCommand } from "../../definition.ts";
import { decimal, invoiceId, localDate, orderKey } from "../fields.ts";

/**
 * Books in finance what came in for an invoice. One payment of an invoice at a time: finance judges
 * the second over the balance that the first has left.
 */
export const recordPayment = defineCommand({
  type: "billing.recordPayment",
  version: 1,
  data: z.object({
    /** The payment is found again in finance by it. */
    key: orderKey,
    invoiceId,
    /** In the invoice's currency. */
    amount: decimal,
    receivedOn: localDate,
    reference: z.string().nullable(),
  }),
  subjectOf: (data) => invoiceSubject(data.invoiceId),
  lane: "finance",
  editable: ["receivedOn", "reference"],
});
