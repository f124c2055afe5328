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
