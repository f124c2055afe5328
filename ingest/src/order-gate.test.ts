import { instantOf, parseShipmentId, type Instant, type Shipment } from "@crossdock/domain";
import { shipmentProgressed } from "@crossdock/events";
import { createShipmentBook, saveSourceOrders } from "@crossdock/processes";
import { createMetrics, type Metrics } from "@crossdock/runtime";
import type { WmsSystem } from "@crossdock/source-contract";
import { createActivity } from "./activity.ts";
import { createFeedMetrics } from "./feed-metrics.ts";
import { createFeedReader, type FeedReader } from "./feed-reader.ts";
import { wmsShipmentFeed } from "./feeds/wms-shipment.ts";
import { openBooks, type OpenBooks } from "./testing/open-books.ts";
import { shipment } from "./testing/shipments.ts";
import { sourceOrder } from "./testing/source-orders.ts";

let books: OpenBooks;
let reader: FeedReader | undefined;
beforeAll(async () => {
  books = await openBooks();
}, 30_000);
afterEach(() => reader?.stop());
afterAll(() => books.close());

const START_MS = Date.now();
const at = (second: number): Instant => instantOf(new Date(START_MS + second * 1_000));

/** A warehouse that shows what a test puts there, and lists nothing. */
function follow(name: string, parkMs?: number, ordersReadAtMs?: () => number) {
  const rows = new Map<string, Shipment>();
  const told = { parked: 0 };
  const shipments = {
    readShipments: (ids: readonly string[]) =>
      Promise.resolve(ids.map((id) => rows.get(id) ?? null)),
    listChangedShipments: () => Promise.resolve({ items: [], next: null }),
  };
  const { ledger, process, clock, logger } = books;
  const metrics: Metrics = createMetrics();
  const options = {
    feed: wmsShipmentFeed({ wms: { name, shipments } as unknown as WmsSystem, process, clock }),
    ledger,
    clock,
    logger,
    metrics: createFeedMetrics(metrics),
    activity: createActivity(clock),
    sweepEveryMs: 60_000,
    historyPauseMs: 0,
    onParked: () => {
      told.parked += 1;
    },
    ...(parkMs === undefined ? {} : { parkMs }),
    ...(ordersReadAtMs === undefined ? {} : { ordersReadAtMs }),
  };
  reader = createFeedReader(options);
  reader.start();
  return {
    told,
    tell(seen: Shipment) {
      rows.set(seen.id, seen);
      reader?.hint(seen.id);
    },
    async restart() {
      await reader?.stop();
      reader = createFeedReader(options);
      reader.start();
    },
    async count(outcome: string): Promise<number> {
      const counter = await metrics.getSingleMetric("crossdock_feed_parked_total")?.get();
      const found = counter?.values.find(({ labels }) => labels["outcome"] === outcome);
      return found?.value ?? 0;
    },
  };
}

async function enter(number: string): Promise<void> {
  await books.ledger.transaction((trx) =>
    saveSourceOrders(trx, [sourceOrder(number)], books.clock.now()),
  );
}

async function bookedAs(id: string) {
  const [record] = await createShipmentBook(books.ledger).readShipments([parseShipmentId(id)]);
  return record ?? null;
}

async function parked(id: string): Promise<boolean> {
  const row = await books.ledger.db
    .selectFrom("parked_records")
    .select("source_id")
    .where("source_id", "=", id)
    .executeTakeFirst();
  return row !== undefined;
}

async function eventsOf(id: string) {
  const page = await books.eventLog.readPage({
    after: "0" as never,
    limit: 100,
    subjects: [`shipment:${id}` as never],
  });
  return page.map(({ data, customerNumber }) => {
    const { status, orderIds } = shipmentProgressed.parse(data);
    return { status, orders: orderIds.length, customerNumber };
  });
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 8_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error("It did not come true in 8 s.");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("a shipment whose order is not in the book waits for it, and is told with its order", async () => {
  const feed = follow("g1");
  feed.tell(shipment("11", "PICKED", at(1), ["SO-11"]));
  await eventually(() => parked("11"));
  expect(await bookedAs("11")).toBeNull();
  expect(await eventsOf("11")).toEqual([]);
  expect(feed.told.parked).toBeGreaterThan(0);

  await enter("SO-11");
  await eventually(async () => (await bookedAs("11")) !== null);
  expect(await bookedAs("11")).toMatchObject({ customerNumber: "C10010" });
  expect(await eventsOf("11")).toEqual([{ status: "PICKED", orders: 1, customerNumber: "C10010" }]);
  expect(await parked("11")).toBe(false);
  expect([await feed.count("parked"), await feed.count("released")]).toEqual([1, 1]);
});

test("looks at a record that waits become one, whatever their order", async () => {
  const feed = follow("g2");
  feed.tell(shipment("21", "DELIVERED", at(9), ["SO-21"]));
  await eventually(() => parked("21"));
  feed.tell(shipment("21", "SHIPPED", at(3), ["SO-21"]));
  await eventually(async () => {
    const row = await books.ledger.db
      .selectFrom("parked_records")
      .select("record")
      .where("source_id", "=", "21")
      .executeTakeFirst();
    return (row?.record as Shipment | undefined)?.milestones.length === 2;
  });
  await enter("SO-21");
  await eventually(async () => (await bookedAs("21")) !== null);
  expect(await bookedAs("21")).toMatchObject({
    shipment: { status: "DELIVERED", trackingNumber: "TRACK-21" },
  });
  expect((await eventsOf("21")).map(({ status }) => status)).toEqual(["DELIVERED"]);
});

test("what waits survives the process", async () => {
  const feed = follow("g3");
  feed.tell(shipment("31", "PICKED", at(1), ["SO-31"]));
  await eventually(() => parked("31"));
  await feed.restart();
  await enter("SO-31");
  await eventually(async () => (await eventsOf("31")).length === 1);
});

test("an order that does not come in time is waited for no longer, visibly", async () => {
  const feed = follow("g4", 300);
  feed.tell(shipment("41", "PICKED", at(1), ["SO-41"]));
  await eventually(async () => (await bookedAs("41")) !== null);
  expect(await eventsOf("41")).toEqual([{ status: "PICKED", orders: 0, customerNumber: null }]);
  expect(await feed.count("timed-out")).toBe(1);
  // From then on it is known, and waits for nothing.
  feed.tell(shipment("41", "SHIPPED", at(5), ["SO-41"]));
  await eventually(async () => (await eventsOf("41")).length === 2);
  expect(await feed.count("parked")).toBe(1);
});

test("a shipment of several orders waits for all of them, one of no order for none", async () => {
  const feed = follow("g5");
  await enter("SO-51");
  feed.tell(shipment("51", "PICKED", at(1), ["SO-51", "SO-52"]));
  feed.tell(shipment("52", "PICKED", at(1)));
  await eventually(async () => (await eventsOf("52")).length === 1);
  await eventually(() => parked("51"));
  await enter("SO-52");
  await eventually(async () => (await eventsOf("51")).length === 1);
  expect(await eventsOf("51")).toMatchObject([{ orders: 2 }]);
});

test("while the ERP cannot be read its orders are waited for beyond their time", async () => {
  let readAtMs = 0;
  const feed = follow("g6", 100, () => readAtMs);
  feed.tell(shipment("61", "PICKED", at(1), ["SO-61"]));
  await eventually(() => parked("61"));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect([await parked("61"), await feed.count("timed-out")]).toEqual([true, 0]);
  readAtMs = Date.now();
  await eventually(async () => (await eventsOf("61")).length === 1);
  expect(await feed.count("timed-out")).toBe(1);
});
