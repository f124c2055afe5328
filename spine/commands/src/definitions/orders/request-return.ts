import { ORDER_STATUSES, orderSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineOwnCommand } from "../../definition.ts";
import { orderId, quantity, shipmentId } from "../fields.ts";

/** A buyer wants to send something back; `status` and `shipped` are what was when that was judged. */
export const requestReturn = defineOwnCommand({
  type: "orders.requestReturn",
  version: 1,
  data: z.object({
    orderId,
    /** Of the order; an order of the ERP's own has no process that tells it. */
    status: z.enum(ORDER_STATUSES),
    lines: z.array(
      z.object({
        lineNumber: z.int().positive(),
        quantity,
        shipped: quantity,
        reason: z.string(),
        shipmentId: shipmentId.optional(),
        lot: z.string().optional(),
      }),
    ),
  }),
  subjectOf: (data) => orderSubject(data.orderId),
});
