import { receiptSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineCommand } from "../../definition.ts";
import { receiptId } from "../fields.ts";

/** Tells a warehouse that what a supplier was going to send will not come. */
export const cancelReceipt = defineCommand({
  type: "inventory.cancelReceipt",
  version: 1,
  data: z.object({ receiptId }),
  subjectOf: (data) => receiptSubject(data.receiptId),
  lane: "wms",
});
