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

describe("several packages", () => {
  const [first, second] = ["1Z-A", "1Z-B"];
  const parcels: Shipment = {
    ...shipped,
    trackingNumber: "1Z-0",
    packages: [first, second].map((trackingNumber, nth) => ({
      id: String(nth + 1),
      trackingNumber,
      weight: null,
      lines: [],
    })),
  };
  const arrives = (trackingNumber: string, minute: number, receivedBy: string | null = null) =>
    report("DELIVERED", minute, { trackingNumber, receivedBy });

  test("a shipment has arrived when the last of its packages has, in whatever order they are told", () => {
    const half = withReport(parcels, arrives(first, 20));
    expect(half).toMatchObject({ status: "IN_TRANSIT", deliveredAt: null });
    expect(half.packages.map(({ deliveredAt }) => deliveredAt ?? null)).toEqual([at(20), null]);
    const whole = withReport(half, arrives(second, 22, "A. Meyer"));
    const other = withReport(
      withReport(parcels, arrives(second, 22, "A. Meyer")),
      arrives(first, 20),
    );
    for (const shipment of [whole, other]) {
      expect(shipment).toMatchObject({
        status: "DELIVERED",
        deliveredAt: at(22),
        proofOfDelivery: { at: at(22), receivedBy: "A. Meyer" },
        packages: [{ deliveredAt: at(20) }, { deliveredAt: at(22) }],
      });
    }
  });

  test("a package that arrived twice arrived once, and the warehouse's document does not take it back", () => {
    const half = withReport(parcels, arrives(first, 20));
    expect(codes(half, arrives(first, 20))).toEqual([]);
    expect(withReport(half, arrives(first, 21))).toEqual(half);
    const merged = mergeShipment(half, { ...parcels, modifiedAt: at(25) });
    expect(merged.packages[0]?.deliveredAt).toBe(at(20));
    expect(merged.status).toBe("IN_TRANSIT");
  });

  test("what holds one of them up holds the shipment, until a step of it clears that", () => {
    const held = withReport(
      parcels,
      report("EXCEPTION", 20, { trackingNumber: second, note: "Address not found" }),
    );
    expect(held).toMatchObject({
      status: "EXCEPTION",
      problem: "Parcel 1Z-B: Address not found",
      trackingNumber: "1Z-0",
    });
    expect(withReport(held, arrives(first, 21)).status).toBe("EXCEPTION");
    expect(withReport(held, report("OUT_FOR_DELIVERY", 22))).toMatchObject({
      status: "OUT_FOR_DELIVERY",
      problem: null,
    });
  });

  test("a number of none of them is refused", () => {
    expect(codes(parcels, arrives("1Z-C", 20))).toEqual(["INVALID_VALUE trackingNumber"]);
  });
});

test("who signed is told with a delivery only, and the first who did stays", () => {
  expect(codes(shipped, report("IN_TRANSIT", 10, { receivedBy: "A. Meyer" }))).toEqual([
    "INVALID_VALUE receivedBy",
  ]);
  const unsigned = withReport(shipped, report("DELIVERED", 20));
  expect(unsigned.proofOfDelivery).toEqual({ at: at(20), receivedBy: null });
  const signed = withReport(unsigned, report("DELIVERED", 20, { receivedBy: "A. Meyer" }));
  expect(signed.proofOfDelivery).toEqual({ at: at(20), receivedBy: "A. Meyer" });
  const again = withReport(signed, report("DELIVERED", 20, { receivedBy: "B. Kim" }));
  expect(again.proofOfDelivery).toEqual({ at: at(20), receivedBy: "A. Meyer" });
});

test("when a carrier means to deliver is what it said last, and a delivery is no estimate", () => {
  const told = report("IN_TRANSIT", 10, { estimatedDeliveryAt: at(40) });
  const once = withReport(shipped, told);
  expect(once.estimatedDeliveryAt).toBe(at(40));
  expect(withReport(once, { ...told, estimatedDeliveryAt: at(50) }).estimatedDeliveryAt).toBe(
    at(50),
  );
  expect(withReport(once, report("IN_TRANSIT", 12)).estimatedDeliveryAt).toBe(at(40));
  expect(mergeShipment(once, { ...shipped, modifiedAt: at(20) }).estimatedDeliveryAt).toBe(at(40));
  expect(codes(shipped, report("DELIVERED", 20, { estimatedDeliveryAt: at(40) }))).toEqual([
    "INVALID_VALUE estimatedDeliveryAt",
  ]);
});
