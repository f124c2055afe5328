import { returnSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineCommand } from "../../definition.ts";
import { returnId } from "../fields.ts";

/**
 * Asks the warehouse whether a parcel still has something in it that was not announced: done when it has not, else a
 * person has to deal with it.
 */
export const reviewReturn = defineCommand({
  type: "shipments.reviewReturn",
  version: 1,
  data: z.object({ returnId, parcel: z.int().positive() }),
  subjectOf: (data) => returnSubject(data.returnId),
  lane: "wms",
  refusal: "person",
  whyNotSkipped: null,
});
