import {
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseInvoiceId,
  parseInvoiceNumber,
  parseLocalDate,
  parseOrderId,
  parseOrderKey,
  parseOrderNumber,
  parseReceiptId,
  parseReservationId,
  parseReturnId,
  parseShipmentId,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
} from "@crossdock/domain";
import { z } from "zod";

/** Branded text of the domain as fields of a command's data; each reads its own output. */
export const orderId = z.string().transform(parseOrderId);
export const orderNumber = z.string().transform(parseOrderNumber);
export const orderKey = z.string().transform(parseOrderKey);
export const customerNumber = z.string().transform(parseCustomerNumber);
export const sku = z.string().transform(parseSku);
export const warehouseCode = z.string().transform(parseWarehouseCode);
export const shipmentId = z.string().transform(parseShipmentId);
export const returnId = z.string().transform(parseReturnId);
export const reservationId = z.string().transform(parseReservationId);
export const receiptId = z.string().transform(parseReceiptId);
export const invoiceId = z.string().transform(parseInvoiceId);
export const invoiceNumber = z.string().transform(parseInvoiceNumber);
export const instant = z.string().transform((raw) => parseInstant(raw));
export const localDate = z.string().transform((raw) => parseLocalDate(raw));
export const decimal = z.string().transform((raw) => parseDecimal(raw));
export const currencyCode = z.string().transform(parseCurrencyCode);
export const quantity = z.object({
  value: decimal,
  uom: z.string().transform(parseUomCode),
});
export const money = z.object({ amount: decimal, currency: currencyCode });
export const address = z.object({
  name: z.string().nullable(),
  lines: z.array(z.string()),
  city: z.string(),
  region: z.string().nullable(),
  postalCode: z.string().nullable(),
  country: z.string(),
});
