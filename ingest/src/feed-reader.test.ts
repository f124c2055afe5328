import { instantOf, parseShipmentId, type Instant, type Shipment } from "@crossdock/domain";
import { LOG_START, type EventLog } from "@crossdock/events";
import { createShipmentBook } from "@crossdock/processes";
import { createMetrics } from "@crossdock/runtime";
import { SourceUnavailableError, type WmsSystem } from "@crossdock/source-contract";
import { createActivity } from "./activity.ts";
import { createFeedMetrics } from "./feed-metrics.ts";
import { createFeedReader, type FeedReader } from "./feed-reader.ts";
import { wmsShipmentFeed } from "./feeds/wms-shipment.ts";
import { openBooks, type OpenBooks } from "./testing/open-books.ts";
import { shipment } from "./testing/shipments.ts";

let books: OpenBooks;
let eventLog: EventLog;
let reader: FeedReader | undefined;

beforeAll(async () => {
  books = await openBooks();
  eventLog = books.eventLog;
}, 30_000);
afterEach(async () => {
  await reader?.stop();
});
afterAll(() => books.close());

const START_MS = Date.now();
/** Long before we listened. */
const past = (minute: number): Instant =>
  instantOf(new Date(START_MS - 7_200_000 + minute * 60_000));
const today = (second: number): Instant => instantOf(new Date(START_MS + second * 1_000));

/** A warehouse whose shipments a test moves; it lists by time of change and pages by two. */
function warehouse(name: string) {
  const rows = new Map<string, Shipment>();
  const asked = { lists: 0, reads: [] as string[][] };
  let down = 0;
  let beforePage: (after: string | null) => Promise<void> = () => Promise.resolve();
  const shipments = {
    readShipments: (ids: readonly string[]) => {
      asked.reads.push([...ids]);
      return Promise.resolve(ids.map((id) => rows.get(id) ?? null));
    },
    listChangedShipments: async ({
      since,
      after,
    }: {
      since: string | null;
      after: string | null;
    }) => {
      asked.lists += 1;
      await beforePage(after);
      if (down > 0) {
        down -= 1;
        throw new SourceUnavailableError(name, "list", "down");
      }
      const changed = [...rows.values()]
        .filter(({ modifiedAt }) => since === null || modifiedAt >= since)
        .sort((a, b) => (a.modifiedAt < b.modifiedAt ? -1 : 1));
      const start = Number(after ?? 0);
      const next = start + 2 < changed.length ? String(start + 2) : null;
      return { items: changed.slice(start, start + 2), next };
    },
  };
  return {
    asked,
    put: (...seen: Shipment[]) => {
      seen.forEach((row) => rows.set(row.id, row));
    },
    /** Holds a page back until the promise resolves. */
    holdPages: (until: (after: string | null) => Promise<void>) => {
      beforePage = until;
    },
    failNext: (times: number) => {
      down = times;
    },
    system: { name, shipments } as unknown as WmsSystem,
  };
}

function follow(
  system: WmsSystem,
  sweepEveryMs: number,
  isPaused: (source: string) => boolean = () => false,
): FeedReader {
  const { ledger, process, clock, logger } = books;
  reader = createFeedReader({
    feed: wmsShipmentFeed({ wms: system, process, clock }),
    ledger,
    clock,
    logger,
    metrics: createFeedMetrics(createMetrics()),
    activity: createActivity(clock),
    sweepEveryMs,
    historyPauseMs: 0,
    isPaused,
  });
  reader.start();
  return reader;
}

async function statusesOf(id: string): Promise<string[]> {
  const page = await eventLog.readPage({
    after: LOG_START,
    limit: 500,
    subjects: [`shipment:${id}` as never],
  });
  return page.map(({ data }) => (data as { status: string }).status);
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 8_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error("It did not come true in 8 s.");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("what a source held before fills the book and is no news", async () => {
  const wms = warehouse("w1");
  wms.put(...["11", "12", "13", "14", "15"].map((id, at) => shipment(id, "DELIVERED", past(at))));
  await follow(wms.system, 60_000).historyLoaded;
  const known = await createShipmentBook(books.ledger).readShipments(
    ["11", "15"].map(parseShipmentId),
  );
  expect(known.map((record) => record?.shipment.status)).toEqual(["DELIVERED", "DELIVERED"]);
  expect(await statusesOf("11")).toEqual([]);
});

test("a feed of a paused source asks nothing, and reads what it was told of when that ends", async () => {
  const wms = warehouse("w-paused");
  let isPaused = true;
  const feed = follow(wms.system, 60_000, (source) => isPaused && source === "w-paused");
  wms.put(shipment("91", "SHIPPED", today(5)));
  feed.hint("91");
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(wms.asked).toEqual({ lists: 0, reads: [] });
  isPaused = false;
  await feed.historyLoaded;
  await eventually(async () => (await statusesOf("91")).includes("SHIPPED"));
});

test("a hint is read again at once, a burst of hints in one call", async () => {
  const wms = warehouse("w2");
  const feed = follow(wms.system, 60_000);
  await feed.historyLoaded;
  wms.put(shipment("21", "SHIPPED", today(5)), shipment("22", "SHIPPED", today(5)));
  feed.hint("21");
  feed.hint("22");
  feed.hint("21");
  await eventually(async () => (await statusesOf("22")).length === 1);
  expect(await statusesOf("21")).toEqual(["SHIPPED"]);
  expect(wms.asked.reads).toEqual([["21", "22"]]);
});

test("a change that no hint told of is found by the sweep, and told once", async () => {
  const wms = warehouse("w3");
  wms.put(shipment("31", "PICKED", past(1)));
  const feed = follow(wms.system, 30);
  await feed.historyLoaded;
  wms.put(shipment("31", "SHIPPED", today(2)));
  await eventually(async () => (await statusesOf("31")).length > 0);
  const swept = wms.asked.lists;
  await eventually(() => Promise.resolve(wms.asked.lists > swept + 2));
  expect(await statusesOf("31")).toEqual(["SHIPPED"]);
});

test("a late message moves nothing backwards and tells nothing", async () => {
  const wms = warehouse("w4");
  const feed = follow(wms.system, 60_000);
  await feed.historyLoaded;
  for (const seen of [
    shipment("41", "SHIPPED", today(3)),
    shipment("41", "DELIVERED", today(9)),
    shipment("41", "SHIPPED", today(3)),
  ]) {
    wms.put(seen);
    const before = wms.asked.reads.length;
    feed.hint("41");
    await eventually(() => Promise.resolve(wms.asked.reads.length > before));
  }
  await eventually(async () => (await statusesOf("41")).length === 2);
  const [record] = await createShipmentBook(books.ledger).readShipments([parseShipmentId("41")]);
  expect(record?.shipment).toMatchObject({ status: "DELIVERED", trackingNumber: "TRACK-41" });
  expect(await statusesOf("41")).toEqual(["SHIPPED", "DELIVERED"]);
});

test("a source that is down is asked again until it answers", async () => {
  const wms = warehouse("w5");
  wms.put(shipment("51", "PICKED", past(1)));
  wms.failNext(2);
  await follow(wms.system, 60_000).historyLoaded;
  expect(wms.asked.lists).toBeGreaterThan(2);
});

test("after a restart the sweep goes on from where the last whole one ended", async () => {
  const wms = warehouse("w6");
  wms.put(shipment("61", "PICKED", past(1)), shipment("62", "PICKED", past(10)));
  await follow(wms.system, 60_000).historyLoaded;
  await reader?.stop();
  wms.put(shipment("62", "SHIPPED", today(11)));
  const again = follow(wms.system, 60_000);
  await again.historyLoaded;
  await eventually(async () => (await statusesOf("62")).length === 1);
  expect(await statusesOf("61")).toEqual([]);
});

test("a hint is not kept waiting by a long history", async () => {
  const wms = warehouse("w7");
  wms.put(...["71", "72", "73", "74"].map((id, at) => shipment(id, "DELIVERED", past(at))));
  wms.put(shipment("75", "SHIPPED", today(9)));
  wms.holdPages(async (after) => {
    if (after !== null) await eventually(async () => (await statusesOf("75")).length === 1);
  });
  const feed = follow(wms.system, 60_000);
  feed.hint("75");
  await feed.historyLoaded;
  expect(await statusesOf("75")).toEqual(["SHIPPED"]);
});

test("what changes while history is read is news", async () => {
  const wms = warehouse("w8");
  wms.put(...["81", "82", "83"].map((id, at) => shipment(id, "DELIVERED", past(at))));
  const feed = follow(wms.system, 60_000);
  wms.put(shipment("84", "SHIPPED", today(9)));
  await feed.historyLoaded;
  await eventually(async () => (await statusesOf("84")).length === 1);
  expect(await statusesOf("81")).toEqual([]);
});
