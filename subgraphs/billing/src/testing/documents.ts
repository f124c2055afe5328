import {
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseInvoiceId,
  parseInvoiceNumber,
  parseLocalDate,
  parseOrderKey,
  parseOrderNumber,
  parseShipmentId,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  type Invoice,
  type Money,
  type OrderDraft,
  type OrderNumber,
  type OrderStatus,
  type Shipment,
  type SourceOrder,
} from "@crossdock/domain";

export const SEEN_AT = parseInstant("2026-11-21T10:00:00Z");
const EA = parseUomCode("EA");

export function usd(amount: string): Money {
  return { amount: parseDecimal(amount), currency: parseCurrencyCode("USD") };
}

export function orderNumberOf(index: number): OrderNumber {
  return parseOrderNumber(`SO-${String(1_000 + index)}`);
}

/** An order that was born in the ERP. */
export function sourceOrderOf(
  index: number,
  customer: string,
  status: OrderStatus = "SHIPPED",
): SourceOrder {
  return {
    number: orderNumberOf(index),
    key: null,
    customerNumber: parseCustomerNumber(customer),
    customerReference: null,
    status,
    orderedOn: parseLocalDate("2026-11-19"),
    requestedDeliveryOn: null,
    shipTo: null,
    warehouse: null,
    subtotal: usd("10"),
    tax: usd("0"),
    total: usd("10"),
    lines: [],
    modifiedAt: SEEN_AT,
  };
}

/** An order of 10 EA on line 1 that we took. @param key ten characters of base 32 */
export function draftOf(key: string, customer = "C10010"): OrderDraft {
  return {
    key: parseOrderKey(key),
    customerNumber: parseCustomerNumber(customer),
    customerReference: null,
    channel: "PORTAL",
    currency: parseCurrencyCode("USD"),
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
        ordered: quantity(parseDecimal("10"), EA),
        orderedBase: quantity(parseDecimal("10"), EA),
        unitPrice: usd("2.50"),
        priceBasis: "CONTRACT",
      },
    ],
  };
}

/** A posted invoice of one line over 10.80. */
export function invoiceOf(
  id: string,
  number: string | null,
  orders: readonly OrderNumber[],
  more: Partial<Invoice> = {},
): Invoice {
  return {
    id: parseInvoiceId(id),
    number: number === null ? null : parseInvoiceNumber(number),
    customerNumber: parseCustomerNumber("C10010"),
    orderNumbers: orders,
    status: "POSTED",
    issuedOn: parseLocalDate("2026-11-20"),
    dueOn: parseLocalDate("2026-12-20"),
    lines: orders.map((orderNumber, at) => ({
      lineNumber: at + 1,
      description: "Bolt",
      sku: parseSku("NG-10001"),
      orderLine: { orderNumber, lineNumber: 1 },
      quantity: quantity(parseDecimal("4"), EA),
      unitPrice: usd("2.50"),
      lineTotal: usd("10"),
    })),
    subtotal: usd("10"),
    tax: usd("0.80"),
    freight: null,
    total: usd("10.80"),
    balance: usd("10.80"),
    payments: [],
    creditMemos: [],
    modifiedAt: SEEN_AT,
    ...more,
  };
}

/** A shipment of 4 EA of an order's line 1. */
export function shipmentOf(id: string, orderNumber: OrderNumber): Shipment {
  return {
    id: parseShipmentId(id),
    number: `S-${id}`,
    orderNumbers: [orderNumber],
    warehouse: parseWarehouseCode("EAST"),
    status: "SHIPPED",
    carrier: null,
    trackingNumber: null,
    trackingUrl: null,
    shipTo: null,
    lines: [
      {
        orderNumber,
        lineNumber: 1,
        sku: parseSku("NG-10001"),
        quantity: quantity(parseDecimal("4"), EA),
        lot: null,
        serials: [],
      },
    ],
    packages: [],
    milestones: [],
    shippedAt: SEEN_AT,
    estimatedDeliveryAt: null,
    deliveredAt: null,
    problem: null,
    modifiedAt: SEEN_AT,
  };
}
