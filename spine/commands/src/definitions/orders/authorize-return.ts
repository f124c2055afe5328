import { returnSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineOwnCommand } from "../../definition.ts";
import { returnId } from "../fields.ts";

/** A person agrees to a return. */
export const authorizeReturn = defineOwnCommand({
  type: "orders.authorizeReturn",
  version: 1,
  data: z.object({ returnId, note: z.string().nullable() }),
  subjectOf: (data) => returnSubject(data.returnId),
});
