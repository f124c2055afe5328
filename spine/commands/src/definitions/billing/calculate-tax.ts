import { billSubject } from "@crossdock/domain";
import { defineCommand } from "../../definition.ts";
import { billData } from "./bill-data.ts";

/** Has the tax of a bill calculated and recorded, under the bill's number: the tax source keeps one document of it. */
export const calculateTax = defineCommand({
  type: "billing.calculateTax",
  version: 1,
  data: billData,
  subjectOf: (data) => billSubject(data.orderId, data.number),
  lane: "tax",
  refusal: "person",
  whyNotSkipped: null,
});
