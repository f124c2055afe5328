import { ACCEPTANCE_HOLD_CODES, orderRequestSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineOwnCommand } from "../../definition.ts";
import { orderId } from "../fields.ts";

/** A person decides in favour of an order that waits since it was accepted: with the last decision it is sent. */
export const approveOrder = defineOwnCommand({
  type: "orders.approveOrder",
  version: 1,
  data: z.object({
    orderId,
    /** Which hold; `null`: all of them. */
    code: z.enum(ACCEPTANCE_HOLD_CODES).nullable(),
    note: z.string().nullable(),
  }),
  subjectOf: (data) => orderRequestSubject(data.orderId),
});
