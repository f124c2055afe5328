import { randomBytes, randomInt } from "node:crypto";
import {
  mintOrderKey,
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  type OrderDraft,
} from "@crossdock/domain";

const EA = parseUomCode("EA");
const USD = parseCurrencyCode("USD");
const LINES = 3;
const CUSTOMERS = 60;
const ITEMS = 2_000;

/** An order of three lines, of some customer for some items: no two alike. */
export function newDraft(): OrderDraft {
  const ordered = quantity(parseDecimal("12"), EA);
  return {
    key: mintOrderKey(randomBytes),
    customerNumber: parseCustomerNumber(`C${String(10_000 + randomInt(CUSTOMERS) * 10)}`),
    customerReference: `PO-${String(randomInt(1_000_000))}`,
    channel: "PORTAL",
    currency: USD,
    placedAt: parseInstant(new Date().toISOString()),
    requestedDeliveryOn: null,
    shipTo: {
      name: "Harbor Supply",
      lines: ["12 Dock Road", "Gate 4"],
      city: "Oakland",
      region: "CA",
      postalCode: "94607",
      country: "US",
    },
    warehouse: parseWarehouseCode("EAST"),
    lines: Array.from({ length: LINES }, (_none, at) => ({
      lineNumber: at + 1,
      sku: parseSku(`NG-${String(10_000 + randomInt(ITEMS))}`),
      description: "Hex bolt M8 x 40, zinc plated",
      ordered,
      orderedBase: ordered,
      unitPrice: { amount: parseDecimal("1.25"), currency: USD },
      priceBasis: "CONTRACT",
    })),
  };
}
