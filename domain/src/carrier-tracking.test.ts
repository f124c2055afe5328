import { trackingNumbersOf, withTracking } from "./carrier-tracking.ts";
import { parseOrderNumber, parseShipmentId, parseWarehouseCode } from "./identifiers.ts";
import type { Milestone, Shipment, ShipmentStatus } from "./shipment.ts";
import { parseInstant } from "./time.ts";

const at = (minute: number) => parseInstant(`2026-11-21T08:${String(minute).padStart(2, "0")}:00Z`);
const now = at(59);
const scan = (type: string, minute: number): Milestone => {
  return { type, at: at(minute), source: "carrier", note: `${type} it is` };
};
const parcel = (trackingNumber: string, ...milestones: Milestone[]) => ({
  trackingNumber,
  milestones,
  estimatedDeliveryAt: null,
  receivedBy: "Ann",
});
function shipped(...parcels: readonly string[]): Shipment {
  const packages = parcels.map((trackingNumber, index) => ({
    id: String(index),
    trackingNumber,
    weight: null,
    lines: [],
  }));
  return {
    id: parseShipmentId("900"),
    number: "900",
    orderNumbers: [parseOrderNumber("SO-1")],
    warehouse: parseWarehouseCode("EAST"),
    status: "SHIPPED",
    carrier: null,
    trackingNumber: "T0",
    trackingUrl: null,
    shipTo: null,
    lines: [],
    packages,
    milestones: [{ type: "SHIPPED", at: at(1), source: "wms", note: null }],
    shippedAt: at(1),
    estimatedDeliveryAt: null,
    deliveredAt: null,
    problem: null,
    modifiedAt: at(1),
  };
}
const far = (shipment: Shipment): [ShipmentStatus, ...unknown[]] => [
  shipment.status,
  shipment.problem,
  shipment.deliveredAt,
];

test("what a carrier tells takes a shipment forward to its delivery, with its proof, once", () => {
  const told = [
    parcel("T0", scan("LABEL_CREATED", 0), scan("IN_TRANSIT", 2), scan("DELIVERED", 9)),
  ];
  const arrived = withTracking(shipped(), told, now);
  expect(far(arrived)).toEqual(["DELIVERED", null, at(9)]);
  expect(arrived.proofOfDelivery).toEqual({ at: at(9), receivedBy: "Ann" });
  expect(arrived.milestones.map(({ type }) => type)).toEqual([
    "SHIPPED",
    "IN_TRANSIT",
    "DELIVERED",
  ]);
  expect(withTracking(arrived, told, now)).toBe(arrived);
});

test("what the warehouse has told already is told by it, whatever the carrier's clock says", () => {
  const known = withTracking(shipped(), [parcel("T0", scan("IN_TRANSIT", 2))], now);
  expect(withTracking(known, [parcel("T0", scan("IN_TRANSIT", 3))], now)).toBe(known);
});

test("what goes wrong on the way is a problem until the parcel moves again", () => {
  const lost = withTracking(
    shipped(),
    [parcel("T0", scan("IN_TRANSIT", 2), scan("EXCEPTION", 4))],
    now,
  );
  expect(far(lost)).toEqual(["EXCEPTION", "EXCEPTION it is", null]);
  const found = withTracking(lost, [parcel("T0", scan("OUT_FOR_DELIVERY", 6))], now);
  expect(far(found)).toEqual(["OUT_FOR_DELIVERY", null, null]);
});

test("a shipment of several parcels has arrived with the last of them", () => {
  const one = withTracking(shipped("T0", "T1", "T2"), [parcel("T1", scan("DELIVERED", 5))], now);
  expect(far(one)).toEqual(["IN_TRANSIT", null, null]);
  expect(trackingNumbersOf(one)).toEqual(["T0", "T1", "T2"]);
});

test("what is not a carrier's to say, or is in the future, says nothing", () => {
  const known = shipped();
  const told = [parcel("T0", scan("CANCELLED", 2), scan("PICKED", 2), scan("LABEL_CREATED", 0))];
  expect(withTracking(known, told, now)).toBe(known);
  const later = parseInstant("2026-11-22T08:00:00Z");
  const future = { ...scan("IN_TRANSIT", 2), at: later };
  expect(withTracking(known, [parcel("T0", future)], now)).toBe(known);
});
