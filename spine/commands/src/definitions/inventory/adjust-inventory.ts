import { stockSubject, type StockMovementDraft } from "@crossdock/domain";
import { z } from "zod";
import { defineCommand } from "../../definition.ts";
import { quantity } from "../fields.ts";
import { movementFields } from "./movement-fields.ts";

/**
 * Enters a correction or a count into the ERP's books of stock. One of a product at a time: a count is
 * worth its difference to what those before it have left.
 */
export const adjustInventory = defineCommand({
  type: "inventory.adjustInventory",
  version: 1,
  data: z.object({
    ...movementFields,
    kind: z.enum(["difference", "count"]),
    quantity,
  }) satisfies z.ZodType<StockMovementDraft>,
  subjectOf: (data) => stockSubject(data.sku),
  lane: "erp",
  editable: ["reason", "on", "lot"],
});
