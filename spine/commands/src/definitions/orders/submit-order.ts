import { orderSubject, type OrderDraft, type OrderId } from "@crossdock/domain";
import { z } from "zod";
import { defineCommand } from "../../definition.ts";
import {
  address,
  currencyCode,
  customerNumber,
  instant,
  localDate,
  money,
  orderKey,
  quantity,
  sku,
  warehouseCode,
} from "../fields.ts";

/** Creates the sales order in the ERP. Its data is the whole order, prices confirmed. */
export const submitOrder = defineCommand({
  type: "orders.submitOrder",
  version: 1,
  data: z.object({
    key: orderKey,
    customerNumber,
    customerReference: z.string().nullable(),
    channel: z.enum(["PORTAL", "MOBILE", "EDI", "SALES_REP", "MARKETPLACE", "ERP"]),
    currency: currencyCode,
    placedAt: instant,
    requestedDeliveryOn: localDate.nullable(),
    shipTo: address,
    warehouse: warehouseCode,
    lines: z.array(
      z.object({
        lineNumber: z.int().positive(),
        sku,
        description: z.string(),
        ordered: quantity,
        orderedBase: quantity,
        unitPrice: money,
        priceBasis: z.enum(["CONTRACT", "PRICE_LIST", "PROMOTION", "LIST"]),
      }),
    ),
  }) satisfies z.ZodType<OrderDraft>,
  // Our orders are named after their key: see OrderId.
  subjectOf: ({ key }) => orderSubject(key as string as OrderId),
  lane: "erp",
  attempts: 12,
  backoff: { baseMs: 500, maxMs: 300_000 },
});
