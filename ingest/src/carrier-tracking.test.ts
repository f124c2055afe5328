import { parseInstant, type Milestone, type OrderId, type Shipment } from "@crossdock/domain";
import {
  createExceptionBook,
  createOrderBook,
  findShipmentsUnderWay,
  listShipmentsUnderWay,
} from "@crossdock/processes";
import type { ParcelTracking, WmsSystem } from "@crossdock/source-contract";
import { setTimeout as sleep } from "node:timers/promises";
import { createCarrierTracking, follow } from "./carrier-tracking.ts";
import { wmsShipmentFeed } from "./feeds/wms-shipment.ts";
import { openBooks, type OpenBooks } from "./testing/open-books.ts";
import { shipment as shipmentOf } from "./testing/shipments.ts";

const at = (minute: number) => parseInstant(`2026-07-21T08:${String(minute).padStart(2, "0")}:00Z`);
const { signal } = new AbortController();
let books: OpenBooks;
let orderId: OrderId;
const asked: (readonly string[])[] = [];
let scans: readonly Milestone[] = [];

beforeAll(async () => {
  books = await openBooks();
  const { order, document } = await books.takeOrder("TR", "SO-7100");
  orderId = order.id;
  const { ledger, process } = books;
  const { number } = document;
  const created = { kind: "orderCreated", number, at: at(0), source: "erp" } as const;
  const trace = { correlationId: "test", causationId: null };
  await ledger.transaction((trx) => process.apply(trx, [{ orderId, event: created }], [], trace));
  await record("901", "SHIPPED", ["SO-7100"]);
  await record("902", "PACKED", []);
  await record("903", "DELIVERED", []);
}, 30_000);
afterAll(() => books.close());

async function record(id: string, status: Shipment["status"], orders: readonly string[]) {
  const { process, clock, ledger } = books;
  const feed = wmsShipmentFeed({ wms: { name: "wms" } as WmsSystem, process, clock });
  const shown = { ...shipmentOf(id, status, at(1), orders), shippedAt: at(1) };
  await ledger.transaction((trx) =>
    feed.record(trx, [shown], { history: false, correlationId: "test" }),
  );
}

const deps = () => ({
  ...books,
  carrier: {
    name: "carrier",
    tracking: {
      readTracking: (numbers: readonly string[]) => {
        asked.push(numbers);
        return Promise.resolve(
          numbers.map((trackingNumber): ParcelTracking => ({
            trackingNumber,
            status: null,
            milestones: scans,
            estimatedDeliveryAt: null,
            receivedBy: null,
          })),
        );
      },
    },
  },
  everyMs: 60_000,
});
const scan = (type: string, minute: number): Milestone => {
  return { type, at: at(minute), source: "carrier", note: "Nobody lives there." };
};
const look = async () => {
  const underWay = await listShipmentsUnderWay(books.ledger, null, 100);
  return follow(deps(), underWay, signal);
};
async function exceptions(): Promise<readonly string[]> {
  const page = await createExceptionBook(books.ledger).listExceptions({
    customerNumbers: "all",
    isOpen: true,
    first: 10,
    after: null,
  });
  return page.exceptions.map(({ record: { code, subject } }) => `${code} ${subject}`);
}
async function holds() {
  const [order] = await createOrderBook(books.ledger).readOrders([orderId]);
  return order?.state?.holds.map(({ reason }) => reason);
}

test("only what has left and not arrived is asked for, and nothing is written while nothing is new", async () => {
  expect(await look()).toBe(0);
  expect(asked).toEqual([["TRACK-901"]]);
});

test("what goes wrong on the way is an operator's until it moves again, and the order tells it", async () => {
  scans = [scan("IN_TRANSIT", 2), scan("EXCEPTION", 3)];
  expect(await look()).toBe(1);
  expect(await look()).toBe(0);
  expect(await exceptions()).toEqual(["CARRIER_EXCEPTION trouble:901"]);
  expect(await holds()).toEqual(["Nobody lives there."]);
  scans = [...scans, scan("OUT_FOR_DELIVERY", 5)];
  expect(await look()).toBe(1);
  expect(await exceptions()).toEqual([]);
  expect(await holds()).toEqual([]);
});

test("a parcel that the carrier notifies of is asked for without its turn, and its delivery is proved", async () => {
  scans = [...scans, scan("DELIVERED", 9)];
  const tracking = createCarrierTracking({ ...deps(), everyMs: 3_600_000 });
  tracking.start();
  tracking.hint("TRACK-901");
  const end = Date.now() + 20_000;
  const shipment = async () =>
    (await findShipmentsUnderWay(books.ledger, ["TRACK-901"]))[0]?.shipment;
  while ((await shipment())?.status !== "DELIVERED" && Date.now() < end) await sleep(50);
  await tracking.stop();
  expect(await shipment()).toMatchObject({
    status: "DELIVERED",
    deliveredAt: at(9),
    proofOfDelivery: { at: at(9), receivedBy: null },
  });
  expect(await look()).toBe(0);
});
