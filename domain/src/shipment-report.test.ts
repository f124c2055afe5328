import { parseOrderNumber, parseShipmentId, parseWarehouseCode } from "./identifiers.ts";
import { mergeShipment } from "./merge-shipment.ts";
import { checkReport, withReport, type ShipmentReport } from "./shipment-report.ts";
import type { Shipment, ShipmentStatus } from "./shipment.ts";
import { parseInstant } from "./time.ts";

const at = (minute: number) => parseInstant(`2026-11-21T08:${String(minute).padStart(2, "0")}:00Z`);
const NOW = at(30);

const shipped: Shipment = {
  id: parseShipmentId("9001"),
  number: "9001",
  orderNumbers: [parseOrderNumber("SO-0005001")],
  warehouse: parseWarehouseCode("EAST"),
  status: "SHIPPED",
  carrier: null,
  trackingNumber: null,
  trackingUrl: null,
  shipTo: null,
  lines: [],
  packages: [],
  milestones: [
    { type: "RELEASED", at: at(1), source: "wms", note: null },
    { type: "SHIPPED", at: at(5), source: "wms", note: null },
  ],
  shippedAt: at(5),
  estimatedDeliveryAt: null,
  deliveredAt: null,
  problem: null,
  modifiedAt: at(5),
};

const report = (
  status: ShipmentStatus,
  minute: number,
  more: Partial<ShipmentReport> = {},
): ShipmentReport => ({
  status,
  at: at(minute),
  trackingNumber: null,
  note: null,
  source: "carrier",
  ...more,
});

const codes = (known: Shipment, told: ShipmentReport) =>
  checkReport(known, told, NOW).map(({ code, field }) => `${code} ${field?.join(".") ?? ""}`);

test("a delivery that a carrier reports is kept, whatever the warehouse's document still says", () => {
  const told = report("DELIVERED", 20, { trackingNumber: "1Z7", note: "Left with a neighbour" });
  expect(codes(shipped, told)).toEqual([]);
  const delivered = withReport(shipped, told);
  expect(delivered).toMatchObject({
    status: "DELIVERED",
    deliveredAt: at(20),
    shippedAt: at(5),
    trackingNumber: "1Z7",
  });
  expect(delivered.milestones.at(-1)).toEqual({
    type: "DELIVERED",
    at: at(20),
    source: "carrier",
    note: "Left with a neighbour",
  });
  for (const minute of [5, 25]) {
    const document = { ...shipped, modifiedAt: at(minute) };
    expect(mergeShipment(delivered, document)).toEqual({ ...delivered, modifiedAt: at(minute) });
  }
});

test("the same milestone again changes nothing, however far the shipment has come since", () => {
  const told = report("IN_TRANSIT", 10);
  const once = withReport(shipped, told);
  expect(withReport(once, told)).toEqual(once);
  const delivered = withReport(once, report("DELIVERED", 20));
  expect(codes(delivered, told)).toEqual([]);
  expect(withReport(delivered, told)).toEqual(delivered);
});

test("the same step at another time is one more milestone", () => {
  const scans = withReport(withReport(shipped, report("IN_TRANSIT", 10)), report("IN_TRANSIT", 12));
  expect(scans.milestones.map(({ type }) => type)).toEqual([
    "RELEASED",
    "SHIPPED",
    "IN_TRANSIT",
    "IN_TRANSIT",
  ]);
});

test.each<[ShipmentStatus, ShipmentStatus]>([
  ["SHIPPED", "PACKED"],
  ["DELIVERED", "IN_TRANSIT"],
  ["DELIVERED", "EXCEPTION"],
  ["CANCELLED", "DELIVERED"],
])("a shipment that is %s cannot become %s", (from, to) => {
  expect(codes({ ...shipped, status: from }, report(to, 20))).toEqual(["INVALID_STATUS status"]);
});

test.each<ShipmentStatus>(["PLANNED", "RELEASED", "CANCELLED"])(
  "%s is nothing that a carrier reports",
  (status) => {
    const planned: Shipment = { ...shipped, status: "PLANNED" };
    expect(codes(planned, report(status, 20))).toEqual(["INVALID_STATUS status"]);
  },
);

test("an exception is cleared by the step that it interrupted or a later one, not by an earlier one", () => {
  const held = withReport(shipped, report("EXCEPTION", 10, { note: "Damaged" }));
  expect(held).toMatchObject({ status: "EXCEPTION", problem: "Damaged" });
  expect(codes(held, report("PACKED", 12))).toEqual(["INVALID_STATUS status"]);
  expect(codes(held, report("SHIPPED", 12))).toEqual([]);
  expect(withReport(held, report("OUT_FOR_DELIVERY", 12))).toMatchObject({
    status: "OUT_FOR_DELIVERY",
    problem: null,
  });
});

test("of an exception and a step that come in the wrong order the later word counts", () => {
  const moving = withReport(shipped, report("IN_TRANSIT", 20));
  expect(codes(moving, report("EXCEPTION", 14))).toEqual(["INVALID_STATUS status"]);
  expect(codes(moving, report("EXCEPTION", 16))).toEqual([]);
  const held = withReport(shipped, report("EXCEPTION", 20));
  expect(codes(held, report("IN_TRANSIT", 14))).toEqual(["INVALID_STATUS status"]);
  expect(codes(held, report("DELIVERED", 14))).toEqual([]);
});

test("a time that clocks may differ by is taken, one beyond it or before the shipment is not", () => {
  expect(codes(shipped, report("DELIVERED", 35))).toEqual([]);
  expect(codes(shipped, report("DELIVERED", 36))).toEqual(["INVALID_STATUS at"]);
  const long = { at: parseInstant("1970-01-01T00:00:00Z") };
  expect(codes(shipped, report("DELIVERED", 0, long))).toEqual(["INVALID_STATUS at"]);
});

test("a tracking number fills a gap, and another one than the shipment has is refused", () => {
  const tracked = { ...shipped, trackingNumber: "1Z1" };
  expect(codes(tracked, report("DELIVERED", 20, { trackingNumber: "1Z1" }))).toEqual([]);
  expect(codes(tracked, report("PACKED", 40, { trackingNumber: "1Z2" }))).toEqual([
    "INVALID_STATUS status",
    "INVALID_STATUS at",
    "INVALID_VALUE trackingNumber",
  ]);
});
