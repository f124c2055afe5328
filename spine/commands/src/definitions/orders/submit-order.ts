import { orderSubject, type OrderId } from "@crossdock/domain";
import { defineCommand } from "../../definition.ts";
import { orderDraft } from "./order-draft.ts";

/** Creates the sales order in the ERP. Its data is the whole order, prices confirmed. */
export const submitOrder = defineCommand({
  type: "orders.submitOrder",
  version: 1,
  data: orderDraft,
  // Our orders are named after their key: see OrderId.
  subjectOf: ({ key }) => orderSubject(key as string as OrderId),
  lane: "erp",
  // Not what is sold: another item would have to be priced, promised and sourced anew.
  editable: [
    "customerReference",
    "requestedDeliveryOn",
    "shipTo",
    "lines.*.description",
    "lines.*.unitPrice.amount",
  ],
  whyNotSkipped:
    "Without a sales order in the ERP there is no order: resolve its exception as CORRECTED, or as IGNORED to end it.",
});
