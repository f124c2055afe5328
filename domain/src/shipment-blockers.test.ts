import { parseDecimal } from "./decimal.ts";
import { deliveredLines, deliveredLinesOfPackage } from "./delivered-lines.ts";
import { parseOrderNumber, parseShipmentId, parseSku, parseWarehouseCode } from "./identifiers.ts";
import { parseUomCode, quantity } from "./quantity.ts";
import { shipmentBlockers } from "./shipment-blockers.ts";
import type { Shipment, ShipmentStatus } from "./shipment.ts";
import { parseInstant } from "./time.ts";

const at = (hour: number) => parseInstant(`2026-11-21T${String(hour).padStart(2, "0")}:00:00Z`);
const pieces = (count: string) => quantity(parseDecimal(count), parseUomCode("EA"));
const orderNumber = parseOrderNumber("SO-0005001");
const line = (lot: string, count: string) => ({
  orderNumber,
  lineNumber: 1,
  sku: parseSku("NG-10001"),
  quantity: pieces(count),
  lot,
  serials: [],
});
const shipment = (status: ShipmentStatus, more: Partial<Shipment> = {}): Shipment => ({
  id: parseShipmentId("9001"),
  number: "9001",
  orderNumbers: [orderNumber],
  warehouse: parseWarehouseCode("EAST"),
  status,
  carrier: null,
  trackingNumber: null,
  trackingUrl: null,
  shipTo: null,
  lines: [line("L-1", "4"), line("L-2", "2")],
  packages: [],
  milestones: [{ type: status, at: at(1), source: "wms", note: null }],
  shippedAt: null,
  estimatedDeliveryAt: null,
  deliveredAt: null,
  problem: null,
  modifiedAt: at(1),
  ...more,
});
const codes = (of: Shipment, now = at(2)) => shipmentBlockers(of, now).map(({ code }) => code);

test.each<[ShipmentStatus, string]>([
  ["RELEASED", "WAITING_FOR_PICK"],
  ["PICKING", "WAITING_FOR_PICK"],
  ["PICKED", "WAITING_FOR_DISPATCH"],
  ["PACKED", "WAITING_FOR_DISPATCH"],
])("what is %s for longer than it usually takes waits, and says for how long", (status, code) => {
  const late = parseInstant("2026-11-22T02:00:00Z");
  expect(codes(shipment(status), parseInstant("2026-11-22T01:00:00Z"))).toEqual([]);
  expect(codes(shipment(status), late)).toEqual([code]);
  expect(shipmentBlockers(shipment(status), late)[0]).toMatchObject({
    since: at(1),
    message: expect.stringContaining("for 25 hours"),
  });
});

test.each<ShipmentStatus>(["SHIPPED", "IN_TRANSIT", "DELIVERED", "CANCELLED", "PLANNED"])(
  "nothing stands in the way of what is %s, however long",
  (status) => {
    expect(codes(shipment(status), parseInstant("2027-11-22T02:00:00Z"))).toEqual([]);
  },
);

test("what is wrong before goods leave is the warehouse's, after that the carrier's", () => {
  const held = shipment("EXCEPTION", { problem: "Address not found" });
  expect(shipmentBlockers(held, at(2))).toEqual([
    { code: "WAREHOUSE_EXCEPTION", message: "Address not found", since: at(1), owner: "warehouse" },
  ]);
  const left = { type: "SHIPPED", at: at(0), source: "wms", note: null };
  const onTheWay = { ...held, milestones: [left, ...held.milestones] };
  expect(shipmentBlockers(onTheWay, at(2))).toMatchObject([
    { code: "CARRIER_EXCEPTION", owner: "carrier" },
  ]);
});

test("what is missing is told until the rest has left", () => {
  const short = {
    orderNumber,
    lineNumber: 1,
    sku: parseSku("NG-10001"),
    quantity: pieces("3"),
    reason: "DAMAGED" as const,
  };
  expect(shipmentBlockers(shipment("PACKED", { shortfalls: [short] }), at(2))).toEqual([
    {
      code: "DAMAGED_GOODS",
      message: "3 EA of NG-10001 were damaged and will not be sent with this shipment.",
      since: at(1),
      owner: "warehouse",
    },
  ]);
  expect(codes(shipment("SHIPPED", { shortfalls: [short] }))).toEqual([]);
});

test("of a shipment whose packages arrive one by one, what is in those that did is delivered", () => {
  const parcel = (id: string, goods: Shipment["lines"], deliveredAt: Shipment["deliveredAt"]) => ({
    id,
    trackingNumber: id,
    weight: null,
    lines: goods,
    deliveredAt,
  });
  const packages = [
    parcel("1", [line("L-1", "3")], at(5)),
    parcel("2", [line("L-1", "1"), line("L-2", "2")], null),
  ];
  const onTheWay = shipment("IN_TRANSIT", { packages });
  const delivered = (of: Shipment) =>
    deliveredLines(of).map(({ deliveredQuantity }) => deliveredQuantity.value);
  expect(delivered(onTheWay)).toEqual(["3", "0"]);
  expect(delivered({ ...onTheWay, status: "DELIVERED" })).toEqual(["4", "2"]);
  const inPackages = packages.map((each) =>
    deliveredLinesOfPackage(onTheWay, each).map(({ deliveredQuantity }) => deliveredQuantity.value),
  );
  expect(inPackages).toEqual([["3"], ["0", "0"]]);
});
