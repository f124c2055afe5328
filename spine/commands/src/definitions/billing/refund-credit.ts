import { returnSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineCommand } from "../../definition.ts";
import { decimal, returnId } from "../fields.ts";

/** Pays back what of a parcel's credit lowered no invoice. */
export const refundCredit = defineCommand({
  type: "billing.refundCredit",
  version: 1,
  data: z.object({
    returnId,
    parcel: z.int().positive(),
    /** In the credit's currency, above zero. */
    amount: decimal,
  }),
  subjectOf: (data) => returnSubject(data.returnId),
  lane: "finance",
  refusal: "person",
  whyNotSkipped: null,
});
