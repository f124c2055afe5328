import { parseInstant, type Shipment, type SourceOrder } from "@crossdock/domain";
import { createReplayer, orderChanged, shipmentProgressed, type Replayer } from "@crossdock/events";
import { createMetrics } from "@crossdock/runtime";
import type { ErpSystem, WmsSystem } from "@crossdock/source-contract";
import { createActivity } from "./activity.ts";
import type { Feed } from "./feed.ts";
import { createFeedMetrics } from "./feed-metrics.ts";
import { createFeedReader, type FeedReader } from "./feed-reader.ts";
import { erpOrderFeed } from "./feeds/erp-order.ts";
import { wmsShipmentFeed } from "./feeds/wms-shipment.ts";
import { createReread } from "./reread.ts";
import { openBooks, type OpenBooks } from "./testing/open-books.ts";
import { shipment } from "./testing/shipments.ts";
import { sourceOrder } from "./testing/source-orders.ts";

const NO_SWEEPS_MS = 600_000;
const at = parseInstant("2026-11-21T08:00:00Z");
const order = sourceOrder("SO-1", { status: "CONFIRMED", modifiedAt: at });
const shipped = shipment("91", "SHIPPED", at, ["SO-1"]);
const signal = new AbortController().signal;

let books: OpenBooks;
let orders: FeedReader;
let shipments: FeedReader;
let replayer: Replayer;
/** What the sources were asked for again. */
const asked: string[][] = [];

/** Both sources answer for one record by name, and list nothing. */
beforeAll(async () => {
  books = await openBooks();
  const { ledger, eventLog, process, clock, logger } = books;
  const nothing = () => Promise.resolve({ items: [], next: null });
  const answer =
    <Item>(name: string, item: Item) =>
    (ids: readonly string[]) => {
      asked.push([...ids]);
      return Promise.resolve(ids.map((id) => (id === name ? item : null)));
    };
  const erp = {
    name: "erp",
    orders: { readOrders: answer("SO-1", order), listChangedOrders: nothing },
  } as unknown as ErpSystem;
  const wms = {
    name: "wms",
    shipments: { readShipments: answer("91", shipped), listChangedShipments: nothing },
  } as unknown as WmsSystem;
  const readerOf = <Item>(feed: Feed<Item>) =>
    createFeedReader({
      feed,
      ledger,
      clock,
      logger,
      metrics: createFeedMetrics(createMetrics()),
      activity: createActivity(clock),
      sweepEveryMs: NO_SWEEPS_MS,
      historyPauseMs: 0,
    });
  const orderFeed: Feed<SourceOrder> = erpOrderFeed({ erp, process, clock });
  const shipmentFeed: Feed<Shipment> = wmsShipmentFeed({ wms, process, clock });
  await ledger.transaction((trx) =>
    orderFeed.record(trx, [order], { history: false, correlationId: "test" }),
  );
  await ledger.transaction((trx) =>
    shipmentFeed.record(trx, [shipped], { history: false, correlationId: "test" }),
  );
  orders = readerOf(orderFeed);
  shipments = readerOf(shipmentFeed);
  orders.start();
  shipments.start();
  await Promise.all([orders.historyLoaded, shipments.historyLoaded]);
  const reread = createReread({ ledger, orders, shipments, invoices: shipments });
  replayer = createReplayer({ ledger, eventLog, consumers: [reread] });
}, 30_000);
beforeEach(() => {
  asked.length = 0;
});
afterAll(async () => {
  await Promise.all([orders.stop(), shipments.stop()]);
  await books.close();
});

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 8_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error("It did not come true in 8 s.");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const replayOf = (types: readonly string[]) =>
  replayer.run({ types }, () => Promise.resolve(), signal);
const documentInBook = async () => {
  const row = await books.ledger.db
    .selectFrom("order_book")
    .select("source_order")
    .where("number", "=", "SO-1")
    .executeTakeFirst();
  return row?.source_order ?? null;
};
const shipmentInBook = async () => {
  const row = await books.ledger.db
    .selectFrom("shipment_book")
    .select("status")
    .where("id", "=", "91")
    .executeTakeFirst();
  return row?.status ?? null;
};

test("a plan names the record and asks no source", async () => {
  const { effects } = await replayer.plan({ consumer: "reread" }, signal);
  expect([...new Set(effects.map(({ effect }) => effect))]).toEqual([
    "reads order SO-1 again for erp-order",
    "reads shipment 91 again for wms-shipment",
  ]);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(asked).toEqual([]);
});

test("an order whose document was lost from the book is there again, read with one call for all its events", async () => {
  await books.ledger.db.updateTable("order_book").set({ source_order: null }).execute();
  await replayOf([orderChanged.type]);
  await eventually(async () => (await documentInBook()) !== null);
  expect(asked).toEqual([["SO-1"]]);
  expect(await documentInBook()).toMatchObject({ number: "SO-1", status: "CONFIRMED" });
});

test("a shipment that was lost from the book is there again", async () => {
  await books.ledger.db.deleteFrom("shipment_book").where("id", "=", "91").execute();
  await replayOf([shipmentProgressed.type]);
  await eventually(async () => (await shipmentInBook()) === "SHIPPED");
  expect(asked).toEqual([["91"]]);
});

test("what the book has right stays as it is, and nobody is told", async () => {
  const head = await books.eventLog.head();
  await replayOf([shipmentProgressed.type, orderChanged.type]);
  await eventually(() => Promise.resolve(asked.length === 2));
  // Each feed has recorded what it read before it looks at the next hint.
  orders.hint("SO-1");
  shipments.hint("91");
  await eventually(() => Promise.resolve(asked.length === 4));
  expect(await books.eventLog.head()).toBe(head);
});
