import { stockSubject, type StockMovementDraft } from "@crossdock/domain";
import { z } from "zod";
import { defineCommand } from "../../definition.ts";
import { quantity, warehouseCode } from "../fields.ts";
import { movementFields } from "./movement-fields.ts";

/** Enters into the ERP's books that stock goes from one warehouse to another. */
export const transferInventory = defineCommand({
  type: "inventory.transferInventory",
  version: 1,
  data: z.object({
    ...movementFields,
    kind: z.literal("transfer"),
    quantity,
    to: warehouseCode,
  }) satisfies z.ZodType<StockMovementDraft>,
  subjectOf: (data) => stockSubject(data.sku),
  lane: "erp",
  editable: ["reason", "on", "lot"],
});
