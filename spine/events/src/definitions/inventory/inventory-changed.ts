import {
  INVENTORY_CHANGES,
  parseDecimal,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  stockSubject,
} from "@crossdock/domain";
import { z } from "zod";
import { defineEvent } from "../../define-event.ts";

/** Stock of one product in one warehouse changed. Nobody's event: stock is told to every account. */
export const inventoryChanged = defineEvent({
  type: "inventory.inventoryChanged",
  version: 1,
  data: z.object({
    sku: z.string().transform(parseSku),
    warehouse: z.string().transform(parseWarehouseCode),
    change: z.enum(INVENTORY_CHANGES),
    /** Signed, in the product's base unit: how much more or less there is to promise. */
    delta: z.object({
      value: z.string().transform((raw) => parseDecimal(raw)),
      uom: z.string().transform(parseUomCode),
    }),
  }),
  subjectOf: ({ sku }) => stockSubject(sku),
});
