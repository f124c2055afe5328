import { receiptRequestSubject, type ReceiptDraft } from "@crossdock/domain";
import { z } from "zod";
import { defineCommand } from "../../definition.ts";
import { localDate, orderKey, quantity, sku, warehouseCode } from "../fields.ts";

/** Tells a warehouse what a supplier sends to it. */
export const announceReceipt = defineCommand({
  type: "inventory.announceReceipt",
  version: 1,
  data: z.object({
    /** The announcement is found again in the warehouse by it. */
    key: orderKey,
    warehouse: warehouseCode,
    purchaseOrder: z.string().nullable(),
    expectedOn: localDate,
    lines: z.array(
      z.object({
        sku,
        quantity,
        lot: z.object({ number: z.string(), expiresOn: localDate.nullable() }).nullable(),
      }),
    ),
  }) satisfies z.ZodType<ReceiptDraft>,
  subjectOf: (data) => receiptRequestSubject(data.key),
  lane: "wms",
  editable: ["purchaseOrder", "expectedOn"],
});
