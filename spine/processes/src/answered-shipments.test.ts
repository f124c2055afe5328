import {
  parseInstant,
  parseOrderNumber,
  parseShipmentId,
  parseWarehouseCode,
  type Shipment,
  type ShipmentStatus,
} from "@crossdock/domain";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { saveAnsweredShipments } from "./answered-shipments.ts";
import { createShipmentBook, saveShipments } from "./shipment-book-postgres.ts";

const at = (minute: number) => parseInstant(`2026-11-21T08:0${String(minute)}:00.000Z`);
let opened: TestLedger;
beforeAll(async () => {
  opened = await openTestLedger();
}, 30_000);
afterAll(() => opened.close());

function shipment(id: string, status: ShipmentStatus, minute: number): Shipment {
  return {
    id: parseShipmentId(id),
    number: id,
    orderNumbers: [parseOrderNumber("SO-1")],
    warehouse: parseWarehouseCode("EAST"),
    status,
    carrier: null,
    trackingNumber: null,
    trackingUrl: null,
    shipTo: null,
    lines: [],
    packages: [],
    milestones: [{ type: status, at: at(minute), source: "wms", note: null }],
    shippedAt: null,
    estimatedDeliveryAt: null,
    deliveredAt: null,
    problem: null,
    modifiedAt: at(minute),
  };
}
const answer = (...shipments: readonly Shipment[]) =>
  opened.ledger.transaction((trx) => saveAnsweredShipments(trx, shipments, at(9)));
const statusOf = async (id: string) =>
  (await createShipmentBook(opened.ledger).readShipments([parseShipmentId(id)]))[0]?.shipment
    .status;

test("what a warehouse answers is in the book with the command, told once, and takes nothing back", async () => {
  const known = [shipment("1", "RELEASED", 1), shipment("2", "SHIPPED", 1)];
  const rows = known.map((one) => ({ shipment: one, customerNumber: null }));
  await opened.ledger.transaction((trx) => saveShipments(trx, rows, at(1)));
  const answered = [
    shipment("1", "CANCELLED", 2),
    shipment("2", "PACKED", 2),
    shipment("3", "CANCELLED", 2),
  ];
  const told = await answer(...answered);
  expect(told.map(({ data }) => data)).toMatchObject([{ shipmentId: "1", status: "CANCELLED" }]);
  expect([await statusOf("1"), await statusOf("2")]).toEqual(["CANCELLED", "SHIPPED"]);
  // The feed has not told of it yet: it is the first to.
  expect(await statusOf("3")).toBeUndefined();
  expect(await answer(...answered)).toEqual([]);
});
