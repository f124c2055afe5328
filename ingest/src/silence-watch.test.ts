import { exceptionRaised } from "@crossdock/events";
import { createExceptionBook, createFeedHealthBook, FEED_SILENT } from "@crossdock/processes";
import { createMetrics } from "@crossdock/runtime";
import { createFeedEar, type FeedEar } from "./feed-ear.ts";
import { createFeedMetrics } from "./feed-metrics.ts";
import { createSilenceWatch, type SilenceWatch } from "./silence-watch.ts";
import { openBooks, type OpenBooks } from "./testing/open-books.ts";

const SILENT_AFTER_MS = 200;

let books: OpenBooks;
let watch: SilenceWatch | undefined;
beforeAll(async () => {
  books = await openBooks();
}, 30_000);
afterEach(() => watch?.stop());
afterAll(() => books.close());

function watchOver(
  name: string,
  silentAfterMs = SILENT_AFTER_MS,
  isPaused: (source: string) => boolean = () => false,
) {
  const { ledger, process, clock, logger } = books;
  const registry = createMetrics();
  const ear: FeedEar = createFeedEar(name, "wms", clock);
  watch = createSilenceWatch({
    feeds: [{ name, source: "wms", silentAfterMs, ear }],
    ledger,
    process,
    clock,
    logger,
    metrics: createFeedMetrics(registry),
    isPaused,
  });
  watch.start();
  const isSilent = async () => {
    const gauge = await registry.getSingleMetric("crossdock_feed_silent")?.get();
    return gauge?.values[0]?.value === 1;
  };
  return { ear, isSilent };
}

async function exceptionsOf(feed: string) {
  const { exceptions } = await createExceptionBook(books.ledger).listExceptions({
    customerNumbers: "all",
    code: FEED_SILENT,
    first: 100,
    after: null,
  });
  return exceptions
    .map(({ record }) => record)
    .filter(({ subject }) => subject === `feed:${feed}`)
    .reverse();
}

const openOf = async (feed: string) =>
  (await exceptionsOf(feed)).filter(({ closed }) => closed === null);

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 8_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error("It did not come true in 8 s.");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("what a person has paused is not silent, and gets its whole time when it goes on", async () => {
  let isPaused = true;
  watchOver("w-paused", SILENT_AFTER_MS, (source) => isPaused && source === "wms");
  await new Promise((resolve) => setTimeout(resolve, 3 * SILENT_AFTER_MS));
  expect(await exceptionsOf("w-paused")).toEqual([]);
  isPaused = false;
  await eventually(async () => (await openOf("w-paused")).length === 1);
});

test("a feed of which nothing is heard comes before the operator once, and leaves when it is heard", async () => {
  const after = await books.eventLog.head();
  const { ear, isSilent } = watchOver("w1-shipment");
  ear.failed(new RangeError("secret"));
  await eventually(async () => (await openOf("w1-shipment")).length === 1);
  await new Promise((resolve) => setTimeout(resolve, 2 * SILENT_AFTER_MS));
  expect(await isSilent()).toBe(true);
  const [open, ...others] = await exceptionsOf("w1-shipment");
  expect(others).toEqual([]);
  expect(open).toMatchObject({
    id: "w1-shipment-1",
    commandId: null,
    customerNumber: null,
    class: "TECHNICAL",
    owner: "source",
  });
  expect(open?.summary).toContain("(RangeError)");
  expect(JSON.stringify(open)).not.toContain("secret");
  const events = await books.eventLog.readPage({ after, limit: 10 });
  expect(events.map(({ data }) => exceptionRaised.parse(data))).toMatchObject([
    { exceptionId: "w1-shipment-1", commandId: null, code: FEED_SILENT },
  ]);

  ear.heard();
  await eventually(async () => (await openOf("w1-shipment")).length === 0);
  const [closed] = await exceptionsOf("w1-shipment");
  expect(closed?.closed).toMatchObject({ resolution: "CORRECTED", by: "ingest" });
  // It falls silent again: that is another exception.
  await eventually(async () => (await openOf("w1-shipment"))[0]?.id === "w1-shipment-2");
});

test("a feed that is heard in time is nobody's business", async () => {
  const { ear, isSilent } = watchOver("w2-shipment", 400);
  for (let times = 0; times < 8; times += 1) {
    ear.heard();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await exceptionsOf("w2-shipment")).toEqual([]);
  expect(await isSilent()).toBe(false);
});

test("an exception outlives the process that opened it, and closes only when the feed is heard", async () => {
  watchOver("w3-shipment");
  await eventually(async () => (await openOf("w3-shipment")).length === 1);
  await watch?.stop();
  const { ear } = watchOver("w3-shipment", 60_000);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await openOf("w3-shipment")).toHaveLength(1);
  ear.heard();
  await eventually(async () => (await openOf("w3-shipment")).length === 0);
});

test("what was heard of a feed can be read by who shows the health of the sources", async () => {
  const { ear } = watchOver("w4-shipment", 60_000);
  const modifiedAt = new Date(Date.now() - 3_000).toISOString() as never;
  ear.heard();
  ear.recorded([modifiedAt]);
  await watch?.stop();
  watch = undefined;
  await eventually(async () => {
    const feeds = await createFeedHealthBook(books.ledger).readFeeds();
    return feeds.some(({ feed }) => feed === "w4-shipment");
  });
  const feeds = await createFeedHealthBook(books.ledger).readFeeds();
  const health = feeds.find(({ feed }) => feed === "w4-shipment");
  expect(health).toMatchObject({ source: "wms", lastEventAt: modifiedAt });
  expect(health?.lagSeconds).toBeGreaterThanOrEqual(3);
});
