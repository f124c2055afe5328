import { returnSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineCommand } from "../../definition.ts";
import { returnId } from "../fields.ts";

/**
 * Credits what was accepted of a parcel, on the invoice that billed it. What that comes to is judged when it runs, for
 * finance has to be asked; the credit is written down under its number before finance is told.
 */
export const creditReturn = defineCommand({
  type: "billing.creditReturn",
  version: 1,
  data: z.object({ returnId, parcel: z.int().positive() }),
  subjectOf: (data) => returnSubject(data.returnId),
  lane: "finance",
  refusal: "person",
  whyNotSkipped:
    "The customer would not get the credit: issue it by hand and resolve its exception as CORRECTED, or as IGNORED to give none.",
});
