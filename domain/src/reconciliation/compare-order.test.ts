import {
  orderIdOfNumber,
  parseOrderNumber,
  parseShipmentId,
  parseWarehouseCode,
} from "../identifiers.ts";
import { ORDER_STATUSES, type OrderStatus } from "../order.ts";
import type { Shipment, ShipmentStatus } from "../shipment.ts";
import { parseInstant } from "../time.ts";
import { compareOrder, stageOf, type ComparedOrder } from "./compare-order.ts";

const SOURCES = { erp: "erp", wms: "wms" };
const number = parseOrderNumber("SO-0010045");
const AT = parseInstant("2026-11-20T10:00:00Z");

function shipment(status: ShipmentStatus): Shipment {
  const isOut = ["SHIPPED", "IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED"].includes(status);
  return {
    id: parseShipmentId("200000001"),
    number: "200000001",
    orderNumbers: [number],
    warehouse: parseWarehouseCode("EAST"),
    status,
    carrier: null,
    trackingNumber: null,
    trackingUrl: null,
    shipTo: null,
    lines: [],
    packages: [],
    milestones: [{ type: status, at: AT, source: "wms", note: null }],
    shippedAt: isOut ? AT : null,
    estimatedDeliveryAt: null,
    deliveredAt: status === "DELIVERED" ? AT : null,
    problem: null,
    modifiedAt: AT,
  };
}

function compare(
  status: OrderStatus,
  erp: OrderStatus | null,
  goods: ShipmentStatus | null,
  changes: Partial<ComparedOrder> = {},
) {
  const shipments = goods === null ? [] : [shipment(goods)];
  const order = {
    id: orderIdOfNumber(number),
    number,
    status,
    isOurs: true,
    erp: erp === null ? null : { status: erp },
    shipments,
    told: shipments,
    ...changes,
  };
  return compareOrder(order, SOURCES);
}

/** Which of our statuses go with goods that are there: everything else is a difference. */
const AGREE: Readonly<Record<string, readonly OrderStatus[]>> = {
  RELEASED: ["SUBMITTED", "ON_HOLD", "CONFIRMED", "ALLOCATED", "BACKORDERED", "PICKING"],
  SHIPPED: ["PARTIALLY_SHIPPED", "SHIPPED", "INVOICED", "CLOSED"],
  DELIVERED: ["PARTIALLY_SHIPPED", "DELIVERED", "INVOICED", "CLOSED"],
  CANCELLED: [
    "SUBMITTED",
    "ON_HOLD",
    "CONFIRMED",
    "ALLOCATED",
    "BACKORDERED",
    "PICKING",
    "CANCELLED",
    "REJECTED",
  ],
};

test.each(Object.entries(AGREE))(
  "with goods that are %s exactly these agree: %j",
  (goods, agree) => {
    const found = ORDER_STATUSES.filter((status) => {
      const erp = status === "CANCELLED" || status === "REJECTED" ? null : "CONFIRMED";
      return compare(status, erp, goods as ShipmentStatus) === null;
    });
    expect(found).toEqual(agree);
  },
);

test("the ERP posts late, and never before the goods have left", () => {
  expect(compare("SHIPPED", "CONFIRMED", "SHIPPED")).toBeNull();
  expect(compare("ALLOCATED", "SHIPPED", "RELEASED")).toMatchObject({
    kind: "WRONG_STATUS",
    code: "ORDER_STATUS_MISMATCH",
    left: "SHIPPED",
    right: "INSIDE",
  });
});

test("an order that the ERP lacks, or still has after it ended, needs a person", () => {
  expect(compare("CONFIRMED", null, null)).toMatchObject({ kind: "MISSING", repair: null });
  expect(compare("CANCELLED", "CONFIRMED", null)).toMatchObject({ kind: "EXTRA", repair: null });
  expect(compare("CANCELLED", null, null)).toBeNull();
});

test("a shipment that our book has behind the warehouse is read again; one that a carrier reported ahead is not", () => {
  expect(
    compare("SHIPPED", "CONFIRMED", "DELIVERED", { told: [shipment("SHIPPED")] }),
  ).toMatchObject({
    code: "ORDER_BOOK_STALE",
    repair: { kind: "readShipment", sourceId: "200000001" },
  });
  expect(
    compare("DELIVERED", "CONFIRMED", "SHIPPED", { told: [shipment("DELIVERED")] }),
  ).toBeNull();
});

test("an order of ours that missed its shipment is told of it; one of the ERP's own follows the ERP alone", () => {
  expect(compare("ALLOCATED", "CONFIRMED", "SHIPPED")).toMatchObject({
    repair: { kind: "tellOrder", sourceId: number },
  });
  expect(compare("CONFIRMED", "CONFIRMED", "SHIPPED", { isOurs: false })).toBeNull();
  expect(compare("CONFIRMED", "SHIPPED", "SHIPPED", { isOurs: false })).toMatchObject({
    code: "ORDER_BOOK_STALE",
    repair: { kind: "readOrder", sourceId: number },
  });
  expect(compare("INVOICED", "SHIPPED", "DELIVERED", { isOurs: false })).toBeNull();
});

test("cancelled shipments count only when all of them are", () => {
  const other = { ...shipment("CANCELLED"), id: parseShipmentId("200000002") };
  expect(stageOf([])).toBe("NONE");
  expect(stageOf([other])).toBe("CANCELLED");
  expect(stageOf([shipment("SHIPPED"), other])).toBe("OUT");
  expect(stageOf([shipment("SHIPPED"), { ...other, status: "PICKING" }])).toBe("PARTLY_OUT");
});
