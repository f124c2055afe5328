import { orderSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineCommand } from "../../definition.ts";
import { orderId } from "../fields.ts";

/** Tells the warehouse to send an order; what it holds is read from the order book when it runs. */
export const releaseOrder = defineCommand({
  type: "shipments.releaseOrder",
  version: 1,
  data: z.object({ orderId, release: z.int().positive() }),
  subjectOf: (data) => orderSubject(data.orderId),
  lane: "wms",
  refusal: "person",
  whyNotSkipped:
    "Nothing would be sent: release it in the warehouse by hand and resolve its exception as CORRECTED, or cancel the order.",
});
