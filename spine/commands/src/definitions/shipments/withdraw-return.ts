import { returnSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineCommand } from "../../definition.ts";
import { returnId } from "../fields.ts";

/** Tells the warehouse that a parcel does not come: undoes `announceReturn`, while it has not arrived. */
export const withdrawReturn = defineCommand({
  type: "shipments.withdrawReturn",
  version: 1,
  data: z.object({ returnId, parcel: z.int().positive() }),
  subjectOf: (data) => returnSubject(data.returnId),
  lane: "wms",
  whyNotSkipped: null,
});
