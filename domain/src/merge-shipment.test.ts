import { parseOrderNumber, parseShipmentId, parseWarehouseCode } from "./identifiers.ts";
import { mergeShipment } from "./merge-shipment.ts";
import type { Shipment } from "./shipment.ts";
import { parseInstant } from "./time.ts";

const at = (minute: number) => parseInstant(`2026-11-21T08:${String(minute).padStart(2, "0")}:00Z`);

const shipped: Shipment = {
  id: parseShipmentId("9001"),
  number: "9001",
  orderNumbers: [parseOrderNumber("SO-0005001")],
  warehouse: parseWarehouseCode("EAST"),
  status: "SHIPPED",
  carrier: { scac: "UPSN", name: "UPS", service: "Ground" },
  trackingNumber: "1Z1",
  trackingUrl: null,
  shipTo: null,
  lines: [],
  packages: [],
  milestones: [{ type: "SHIPPED", at: at(5), source: "wms", note: null }],
  shippedAt: at(5),
  estimatedDeliveryAt: null,
  deliveredAt: null,
  problem: null,
  modifiedAt: at(5),
};
const delivered: Shipment = {
  ...shipped,
  status: "DELIVERED",
  trackingNumber: null,
  milestones: [{ type: "DELIVERED", at: at(9), source: "wms", note: null }],
  shippedAt: null,
  deliveredAt: at(9),
  modifiedAt: at(9),
};

test("a shipment that was never seen is taken as it is", () => {
  expect(mergeShipment(null, shipped)).toBe(shipped);
});

test("tracking and times that a later message leaves out are kept", () => {
  expect(mergeShipment(shipped, delivered)).toMatchObject({
    status: "DELIVERED",
    trackingNumber: "1Z1",
    shippedAt: at(5),
    deliveredAt: at(9),
  });
});

test("whichever message comes first, the same is known in the end", () => {
  const forth = mergeShipment(shipped, delivered);
  const back = mergeShipment(delivered, shipped);
  expect(back).toEqual(forth);
  expect(back.milestones.map((milestone) => milestone.type)).toEqual(["SHIPPED", "DELIVERED"]);
});

test("the same message twice changes nothing", () => {
  expect(mergeShipment(shipped, shipped)).toEqual(shipped);
});

const exception = (minute: number, source: string): Shipment => ({
  ...shipped,
  status: "EXCEPTION",
  problem: `told by ${source}`,
  milestones: [
    ...shipped.milestones,
    { type: "EXCEPTION", at: at(minute), source, note: `told by ${source}` },
  ],
});

test("an exception that a carrier told of is not cleared by a document that knows nothing of it", () => {
  for (const minute of [5, 8]) {
    const document = { ...shipped, modifiedAt: at(minute) };
    expect(mergeShipment(exception(7, "carrier"), document)).toMatchObject({
      status: "EXCEPTION",
      problem: "told by carrier",
    });
  }
});

test("an exception is cleared by a later step, whoever tells of it", () => {
  const merged = mergeShipment(exception(7, "carrier"), delivered);
  expect(merged).toMatchObject({ status: "DELIVERED", problem: null });
});

test("what has arrived has arrived, also by a clock that is behind that of the exception", () => {
  expect(mergeShipment(exception(12, "carrier"), delivered)).toMatchObject({ status: "DELIVERED" });
});

test("whoever told of an exception may take it back without a step, but not by a late message", () => {
  const held = { ...exception(7, "wms"), modifiedAt: at(7) };
  expect(mergeShipment(held, { ...shipped, modifiedAt: at(8) })).toMatchObject({
    status: "SHIPPED",
    problem: null,
  });
  expect(mergeShipment(held, { ...shipped, modifiedAt: at(6) })).toMatchObject({
    status: "EXCEPTION",
  });
});

test("a late exception does not stop what has gone on since", () => {
  const gone: Shipment = {
    ...shipped,
    status: "IN_TRANSIT",
    milestones: [
      ...shipped.milestones,
      { type: "IN_TRANSIT", at: at(8), source: "carrier", note: null },
    ],
  };
  expect(mergeShipment(gone, exception(7, "wms"))).toMatchObject({
    status: "IN_TRANSIT",
    problem: null,
  });
  expect(mergeShipment(gone, exception(9, "wms"))).toMatchObject({ status: "EXCEPTION" });
});
