import {
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseLocalDate,
  parseOrderKey,
  parseOrderNumber,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  type OrderDraft,
  type SourceOrder,
} from "@crossdock/domain";

const EA = parseUomCode("EA");
const USD = parseCurrencyCode("USD");

/** An order of one line. @param key ten characters of base 32 */
export function draftOf(key: string, customer = "C10010"): OrderDraft {
  return {
    key: parseOrderKey(key),
    customerNumber: parseCustomerNumber(customer),
    customerReference: `PO-${key}`,
    channel: "PORTAL",
    currency: USD,
    placedAt: parseInstant("2026-11-21T08:00:00Z"),
    requestedDeliveryOn: null,
    shipTo: {
      name: null,
      lines: ["1 Mill Street"],
      city: "Cleveland",
      region: "OH",
      postalCode: "44114",
      country: "US",
    },
    warehouse: parseWarehouseCode("EAST"),
    lines: [
      {
        lineNumber: 1,
        sku: parseSku("NG-10001"),
        description: "Bolt",
        ordered: quantity(parseDecimal("5"), EA),
        orderedBase: quantity(parseDecimal("5"), EA),
        unitPrice: { amount: parseDecimal("2.50"), currency: USD },
        priceBasis: "CONTRACT",
      },
    ],
  };
}

/** An order of the ERP's own, of one line. */
export function sourceOrderOf(
  number: string,
  orderedOn: string,
  more: Partial<SourceOrder> = {},
): SourceOrder {
  const zero = { amount: parseDecimal("0"), currency: USD };
  return {
    number: parseOrderNumber(number),
    key: null,
    customerNumber: parseCustomerNumber("C10010"),
    customerReference: `PO-${number}`,
    status: "SHIPPED",
    orderedOn: parseLocalDate(orderedOn),
    requestedDeliveryOn: null,
    shipTo: null,
    warehouse: parseWarehouseCode("EAST"),
    subtotal: zero,
    tax: zero,
    total: zero,
    lines: [
      {
        lineNumber: 1,
        sku: parseSku("NG-10002"),
        description: "Nut",
        ordered: quantity(parseDecimal("1"), EA),
        shipped: quantity(parseDecimal("1"), EA),
        invoiced: quantity(parseDecimal("0"), EA),
        unitPrice: zero,
        lineTotal: zero,
      },
    ],
    modifiedAt: parseInstant(`${orderedOn}T09:00:00Z`),
    ...more,
  };
}
