import { returnSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineOwnCommand } from "../../definition.ts";
import { returnId } from "../fields.ts";

/** A return is not to go on: the distributor does not agree to it, or the buyer takes it back. */
export const rejectReturn = defineOwnCommand({
  type: "orders.rejectReturn",
  version: 1,
  data: z.object({ returnId, reason: z.string() }),
  subjectOf: (data) => returnSubject(data.returnId),
});
export const cancelReturn = defineOwnCommand({
  type: "orders.cancelReturn",
  version: 1,
  data: z.object({ returnId, reason: z.string() }),
  subjectOf: (data) => returnSubject(data.returnId),
});
