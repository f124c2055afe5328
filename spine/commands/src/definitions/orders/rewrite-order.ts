import { orderSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineCommand } from "../../definition.ts";
import { orderId } from "../fields.ts";
import { orderDraft } from "./order-draft.ts";

/** Makes the sales order in the ERP what `draft` says: dates, address and lines. */
export const rewriteOrder = defineCommand({
  type: "orders.rewriteOrder",
  version: 1,
  data: z.object({ orderId, draft: orderDraft }),
  subjectOf: (data) => orderSubject(data.orderId),
  lane: "erp",
  whyNotSkipped:
    "The ERP would have another order than the warehouse: resolve its exception as CORRECTED, or as IGNORED to leave the order as it was.",
});
