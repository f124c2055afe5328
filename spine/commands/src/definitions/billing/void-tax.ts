import { billSubject } from "@crossdock/domain";
import { defineCommand } from "../../definition.ts";
import { billData } from "./bill-data.ts";

/** Takes the tax of a bill that finance has voided out of the seller's tax return. */
export const voidTax = defineCommand({
  type: "billing.voidTax",
  version: 1,
  data: billData,
  subjectOf: (data) => billSubject(data.orderId, data.number),
  lane: "tax",
  refusal: "person",
  whyNotSkipped: null,
});
