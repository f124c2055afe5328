import { orderSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineCommand } from "../../definition.ts";
import { orderId } from "../fields.ts";

/** Takes back what the warehouse was told to send: undoes `releaseOrder`. */
export const cancelRelease = defineCommand({
  type: "shipments.cancelRelease",
  version: 1,
  data: z.object({ orderId, release: z.int().positive() }),
  subjectOf: (data) => orderSubject(data.orderId),
  lane: "wms",
  whyNotSkipped:
    "The warehouse would send what is cancelled here: stop it there, then resolve its exception as CORRECTED.",
});
