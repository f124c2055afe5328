import { billSubject } from "@crossdock/domain";
import { defineCommand } from "../../definition.ts";
import { billData } from "./bill-data.ts";

/** A carrier may weigh and bill a parcel weeks after it took it. */
const PATIENCE_MS = 30 * 24 * 3_600_000;

/** Asks the carrier what the way of a shipment costs, until it has billed it. It leaves nothing there. */
export const readFreight = defineCommand({
  type: "billing.readFreight",
  version: 1,
  data: billData,
  subjectOf: (data) => billSubject(data.orderId, data.number),
  lane: "carrier",
  refusal: "person",
  whyNotSkipped: null,
  patienceMs: PATIENCE_MS,
});
