import { localDate, orderKey, sku, warehouseCode } from "../fields.ts";
import { z } from "zod";

/** What every entry into the books of stock carries. */
export const movementFields = {
  /** The entry is found again in the ERP by it. */
  key: orderKey,
  sku,
  warehouse: warehouseCode,
  lot: z.string().nullable(),
  reason: z.string(),
  on: localDate,
};
