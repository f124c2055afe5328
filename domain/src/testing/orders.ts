import { parseDecimal } from "../decimal.ts";
import {
  parseCustomerNumber,
  parseOrderKey,
  parseSku,
  parseWarehouseCode,
} from "../identifiers.ts";
import { parseCurrencyCode } from "../money.ts";
import type { OrderDraft } from "../order.ts";
import { parseUomCode, quantity } from "../quantity.ts";
import { parseInstant } from "../time.ts";

/** The key, and so the id, of `orderOfFive`. */
export const ORDER_KEY = "7K3QF9M2ZT";
export const five = quantity(parseDecimal("5"), parseUomCode("EA"));

/** A moment of the minute in which the order was placed. @param second 0 to 9 */
export const at = (second: number) => parseInstant(`2026-11-21T08:00:0${String(second)}Z`);

/** One line of five pieces. */
export const orderOfFive: OrderDraft = {
  key: parseOrderKey(ORDER_KEY),
  customerNumber: parseCustomerNumber("C10010"),
  customerReference: null,
  channel: "PORTAL",
  currency: parseCurrencyCode("USD"),
  placedAt: at(0),
  requestedDeliveryOn: null,
  shipTo: {
    name: null,
    lines: [],
    city: "Cleveland",
    region: null,
    postalCode: null,
    country: "US",
  },
  warehouse: parseWarehouseCode("EAST"),
  lines: [
    {
      lineNumber: 1,
      sku: parseSku("NG-10001"),
      description: "Bolt",
      ordered: five,
      orderedBase: five,
      unitPrice: { amount: parseDecimal("2.50"), currency: parseCurrencyCode("USD") },
      priceBasis: "CONTRACT",
    },
  ],
};
