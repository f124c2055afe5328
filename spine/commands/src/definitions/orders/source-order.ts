import { MAX_ORDER_LINES, orderRequestSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineOwnCommand } from "../../definition.ts";
import { orderId } from "../fields.ts";

/** A person says where goods of an order come from that no rule finds a warehouse for. */
export const sourceOrder = defineOwnCommand({
  type: "orders.sourceOrder",
  version: 1,
  data: z.object({
    orderId,
    assignments: z
      .array(
        z.object({
          lineNumber: z.int().positive(),
          warehouse: z.string(),
          /** In base units, as decimal text. */
          quantity: z.string(),
        }),
      )
      .min(1)
      .max(MAX_ORDER_LINES),
    note: z.string().nullable(),
  }),
  subjectOf: (data) => orderRequestSubject(data.orderId),
});
