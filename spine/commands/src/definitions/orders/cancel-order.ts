import { orderRequestSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineOwnCommand } from "../../definition.ts";
import { orderId } from "../fields.ts";

/**
 * Takes an order back: what its process has done at the warehouse and in the ERP is undone, from the last
 * step to the first, by commands of their own. This one ends when all of that is over.
 */
export const cancelOrder = defineOwnCommand({
  type: "orders.cancelOrder",
  version: 1,
  data: z.object({ orderId, reason: z.string().nullable() }),
  subjectOf: (data) => orderRequestSubject(data.orderId),
});
