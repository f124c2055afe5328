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
const usd = (amount: string) => ({ amount: parseDecimal(amount), currency: USD });

/** An order of the ERP's own, of one line that was not sent yet. */
export function sourceOrder(number: string, more: Partial<SourceOrder> = {}): SourceOrder {
  return {
    number: parseOrderNumber(number),
    key: null,
    customerNumber: parseCustomerNumber("C10010"),
    customerReference: `PO-${number}`,
    status: "CONFIRMED",
    orderedOn: parseLocalDate("2026-11-21"),
    requestedDeliveryOn: null,
    shipTo: null,
    warehouse: parseWarehouseCode("EAST"),
    subtotal: usd("10"),
    tax: usd("0"),
    total: usd("10"),
    lines: [
      {
        lineNumber: 1,
        sku: parseSku("NG-10001"),
        description: "Bolt",
        ordered: quantity(parseDecimal("5"), EA),
        shipped: quantity(parseDecimal("0"), EA),
        invoiced: quantity(parseDecimal("0"), EA),
        unitPrice: usd("2"),
        lineTotal: usd("10"),
      },
    ],
    modifiedAt: parseInstant("2026-11-21T08:00:00Z"),
    ...more,
  };
}

/** An order of ours that asks for what the document says. */
export function draftOf(key: string, document: SourceOrder): OrderDraft {
  return {
    key: parseOrderKey(key),
    customerNumber: document.customerNumber,
    customerReference: document.customerReference,
    channel: "PORTAL",
    currency: USD,
    placedAt: parseInstant("2026-11-21T07:00:00Z"),
    requestedDeliveryOn: document.requestedDeliveryOn,
    shipTo: {
      name: null,
      lines: ["1 Mill Street"],
      city: "Cleveland",
      region: "OH",
      postalCode: "44114",
      country: "US",
    },
    warehouse: parseWarehouseCode("EAST"),
    lines: document.lines.map(({ lineNumber, sku, description, ordered, unitPrice }) => ({
      lineNumber,
      sku,
      description,
      ordered,
      orderedBase: ordered,
      unitPrice,
      priceBasis: "CONTRACT",
    })),
  };
}
