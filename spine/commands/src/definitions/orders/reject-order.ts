import { orderRequestSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineOwnCommand } from "../../definition.ts";
import { orderId } from "../fields.ts";

/** A person decides against an order that waits since it was accepted: its command ends REJECTED. */
export const rejectOrder = defineOwnCommand({
  type: "orders.rejectOrder",
  version: 1,
  data: z.object({ orderId, reason: z.string() }),
  subjectOf: (data) => orderRequestSubject(data.orderId),
});
