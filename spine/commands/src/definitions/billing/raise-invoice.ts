import { billSubject } from "@crossdock/domain";
import { defineCommand } from "../../definition.ts";
import { billData } from "./bill-data.ts";

/** Bills one shipment in finance, under a number that finance takes only once. */
export const raiseInvoice = defineCommand({
  type: "billing.raiseInvoice",
  version: 1,
  data: billData,
  subjectOf: (data) => billSubject(data.orderId, data.number),
  lane: "finance",
  refusal: "person",
  whyNotSkipped:
    "What was shipped would never be billed: raise the invoice by hand and resolve its exception as CORRECTED.",
});
