import { orderSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineCommand } from "../../definition.ts";
import { orderId } from "../fields.ts";

/** Removes the sales order from the ERP: undoes `submitOrder`. */
export const removeOrder = defineCommand({
  type: "orders.removeOrder",
  version: 1,
  data: z.object({ orderId }),
  subjectOf: (data) => orderSubject(data.orderId),
  lane: "erp",
  whyNotSkipped:
    "The ERP would go on with an order that is cancelled here: remove it there, then resolve its exception as CORRECTED.",
});
