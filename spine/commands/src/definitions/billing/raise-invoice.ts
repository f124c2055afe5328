import { orderSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineCommand } from "../../definition.ts";
import { invoiceNumber, orderId, shipmentId } from "../fields.ts";

/** Bills one shipment in finance, under a number that finance takes only once. */
export const raiseInvoice = defineCommand({
  type: "billing.raiseInvoice",
  version: 1,
  data: z.object({ orderId, shipmentId, number: invoiceNumber }),
  subjectOf: (data) => orderSubject(data.orderId),
  lane: "finance",
  refusal: "person",
});
