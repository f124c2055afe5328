import { orderRequestSubject, type OrderAmendment } from "@crossdock/domain";
import { z } from "zod";
import { defineOwnCommand } from "../../definition.ts";
import { address, localDate, orderId } from "../fields.ts";
import { orderDraft } from "./order-draft.ts";

/**
 * Changes an order that is not picked yet: a release of what it was is taken back, the ERP's document is
 * rewritten, and the order is released again, by commands of their own. This one ends when the ERP has it.
 */
export const amendOrder = defineOwnCommand({
  type: "orders.amendOrder",
  version: 1,
  data: z.object({
    orderId,
    amendment: z.object({
      requestedDeliveryOn: localDate.exactOptional(),
      shipTo: address.exactOptional(),
      lines: orderDraft.shape.lines.exactOptional(),
      sourcing: orderDraft.shape.sourcing,
    }) satisfies z.ZodType<OrderAmendment>,
  }),
  subjectOf: (data) => orderRequestSubject(data.orderId),
});
