import { returnSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineCommand } from "../../definition.ts";
import { returnId } from "../fields.ts";

/** Tells the warehouse that a parcel comes back; what is in it is read from the return book when it runs. */
export const announceReturn = defineCommand({
  type: "shipments.announceReturn",
  version: 1,
  data: z.object({ returnId, parcel: z.int().positive() }),
  subjectOf: (data) => returnSubject(data.returnId),
  lane: "wms",
  refusal: "person",
  whyNotSkipped: null,
});
