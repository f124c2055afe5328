import {
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseLocalDate,
  parseOrderNumber,
  parseShipmentId,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  type OrderNumber,
  type OrderStatus,
  type Shipment,
  type SourceOrder,
} from "@crossdock/domain";

export const SEEN_AT = parseInstant("2026-11-21T10:00:00Z");
const EA = parseUomCode("EA");

export function orderNumberOf(index: number): OrderNumber {
  return parseOrderNumber(`SO-${String(1_000 + index)}`);
}

/** A shipment of 2 EA of line 1 of each of `orders`. */
export function shipmentOf(
  id: string,
  orders: readonly number[],
  more: Partial<Shipment> = {},
): Shipment {
  return {
    id: parseShipmentId(id),
    number: `S-${id}`,
    orderNumbers: orders.map(orderNumberOf),
    warehouse: parseWarehouseCode("EAST"),
    status: "SHIPPED",
    carrier: { scac: "UPSN", name: "UPS", service: "Ground" },
    trackingNumber: `1Z${id}`,
    trackingUrl: null,
    shipTo: null,
    lines: orders.map((order) => ({
      orderNumber: orderNumberOf(order),
      lineNumber: 1,
      sku: parseSku("NG-10001"),
      quantity: quantity(parseDecimal("2"), EA),
      lot: null,
      serials: [],
    })),
    packages: [],
    milestones: [
      { type: "RELEASED", at: parseInstant("2026-11-20T08:00:00Z"), source: "wms", note: null },
    ],
    shippedAt: parseInstant("2026-11-20T12:00:00Z"),
    estimatedDeliveryAt: null,
    deliveredAt: null,
    problem: null,
    modifiedAt: parseInstant("2026-11-20T12:00:00Z"),
    ...more,
  };
}

/** An order that was born in the ERP. */
export function orderOf(
  index: number,
  customer: string,
  status: OrderStatus = "SHIPPED",
): SourceOrder {
  const zero = { amount: parseDecimal("0"), currency: parseCurrencyCode("USD") };
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
    subtotal: zero,
    tax: zero,
    total: zero,
    lines: [],
    modifiedAt: SEEN_AT,
  };
}
