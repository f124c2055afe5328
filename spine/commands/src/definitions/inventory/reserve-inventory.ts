import { stockSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineOwnCommand } from "../../definition.ts";
import { instant, quantity, sku, warehouseCode } from "../fields.ts";

/** Sets stock aside in our own ledger: warehouse systems have no word for a cart. */
export const reserveInventory = defineOwnCommand({
  type: "inventory.reserveInventory",
  version: 1,
  data: z.object({
    sku,
    /** In the product's base unit. */
    quantity,
    expiresAt: instant,
    /** When the warehouses were asked. */
    askedAt: instant,
    /** What those that were wanted could promise then, reservations left aside. */
    offers: z.array(z.object({ warehouse: warehouseCode, availableToPromise: quantity })),
  }),
  subjectOf: (data) => stockSubject(data.sku),
});
