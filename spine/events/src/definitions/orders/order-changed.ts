import { ORDER_CHANGES, ORDER_STATUSES, orderSubject, parseOrderId } from "@crossdock/domain";
import { z } from "zod";
import { defineEvent } from "../../define-event.ts";

/** An order came to a status, or something was done to it. The order book has it already. */
export const orderChanged = defineEvent({
  type: "orders.orderChanged",
  version: 1,
  summary: "An order came to a status, or something was done to it.",
  owner: "orders",
  producer: "spine/processes/src/order-event.ts",
  subjectKind: "order",
  data: z.object({
    orderId: z.string().transform(parseOrderId),
    change: z.enum(ORDER_CHANGES),
    /** The order's status after the change. */
    status: z.enum(ORDER_STATUSES),
  }),
  subjectOf: ({ orderId }) => orderSubject(orderId),
});
