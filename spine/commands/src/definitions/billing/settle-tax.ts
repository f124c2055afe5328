import { billSubject } from "@crossdock/domain";
import { defineCommand } from "../../definition.ts";
import { billData } from "./bill-data.ts";

/** Credits or bills in finance what an estimated tax was wrong by. */
export const settleTax = defineCommand({
  type: "billing.settleTax",
  version: 1,
  data: billData,
  subjectOf: (data) => billSubject(data.orderId, data.number),
  lane: "finance",
  refusal: "person",
});
