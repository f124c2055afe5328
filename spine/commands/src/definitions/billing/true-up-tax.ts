import { billSubject } from "@crossdock/domain";
import { defineCommand } from "../../definition.ts";
import { billData } from "./bill-data.ts";

/** Has the tax of a bill calculated and recorded that went out with an estimate, while the tax source was away. */
export const trueUpTax = defineCommand({
  type: "billing.trueUpTax",
  version: 1,
  data: billData,
  subjectOf: (data) => billSubject(data.orderId, data.number),
  lane: "tax",
  refusal: "person",
});
