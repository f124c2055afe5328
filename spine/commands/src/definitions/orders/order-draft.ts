import { ACCEPTANCE_HOLD_CODES, type OrderDraft } from "@crossdock/domain";
import { z } from "zod";
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

const lineNumber = z.int().positive();
const sourcingPlan = z.object({
  rule: z.string(),
  shipComplete: z.boolean(),
  onlyFrom: warehouseCode.exactOptional(),
  assignments: z.array(
    z.object({ lineNumber, warehouse: warehouseCode, quantity, reason: z.string() }),
  ),
  backorders: z.array(
    z.object({
      lineNumber,
      quantity,
      promisedOn: localDate.nullable(),
      reason: z.string(),
      isUnsourced: z.boolean().exactOptional(),
    }),
  ),
});

const acceptance = z.object({
  rules: z.string(),
  inStockOnly: z.boolean(),
  isPromised: z.boolean(),
  holds: z.array(z.object({ code: z.enum(ACCEPTANCE_HOLD_CODES), reason: z.string() })),
  notices: z.array(
    z.object({
      code: z.enum(["PRICE_ADJUSTED", "SUBSTITUTED"]),
      message: z.string(),
      field: z.array(z.string()),
    }),
  ),
});

/** A whole order, as it is written to the ERP. */
export const orderDraft = z.object({
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
      lineNumber,
      sku,
      substituteFor: sku.exactOptional(),
      description: z.string(),
      ordered: quantity,
      orderedBase: quantity,
      unitPrice: money,
      priceBasis: z.enum(["CONTRACT", "PRICE_LIST", "PROMOTION", "LIST"]),
    }),
  ),
  sourcing: sourcingPlan.exactOptional(),
  acceptance: acceptance.exactOptional(),
  isSynthetic: z.literal(true).exactOptional(),
}) satisfies z.ZodType<OrderDraft>;
