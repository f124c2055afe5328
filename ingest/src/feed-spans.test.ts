import { collectSpans, type SpanCollection } from "@crossdock/runtime/testing";
import { createFeedSpans, type FeedSpans } from "./feed-spans.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const ORDER = `00-${TRACE_ID}-b7ad6b7169203331-01`;
let collection: SpanCollection;
let spans: FeedSpans;
beforeEach(() => {
  collection = collectSpans();
  spans = createFeedSpans({ feed: "wms-shipment", source: "wms", nowMs: () => 2_000 });
});
afterEach(() => {
  collection.stop();
});

const ended = () =>
  collection.spans().map(({ name, attributes }) => [name, attributes["feed.told_by"] ?? null]);

test("a record that was notified shows its webhook above its recording, once", () => {
  spans.notified("S-1", 1_000);
  const first = spans.begin();
  const traceparent = first.of("S-1", ORDER);
  first.end(["S-1"]);
  const [feed, webhook] = collection.spans();
  expect(ended()).toEqual([
    ["feed wms-shipment", "webhook"],
    ["webhook wms", null],
  ]);
  expect(feed?.parent).toBe(webhook?.id);
  expect(webhook).toMatchObject({ traceId: TRACE_ID, parent: ORDER.slice(36, 52) });
  expect(traceparent).toBe(`00-${TRACE_ID}-${feed?.id ?? ""}-01`);

  const again = spans.begin();
  again.of("S-1", ORDER);
  again.end(["S-1"]);
  expect(ended().at(-1)).toEqual(["feed wms-shipment", "sweep"]);
});

test("what could not be recorded keeps its notification for the next time", () => {
  spans.notified("S-1", 1_000);
  const failing = spans.begin();
  failing.of("S-1", ORDER);
  failing.end(["S-1"], "not recorded");
  expect(collection.spans().every(({ hasFailed }) => hasFailed)).toBe(true);
  const again = spans.begin();
  again.of("S-1", ORDER);
  again.end(["S-1"]);
  expect(ended().slice(-2)).toEqual([
    ["feed wms-shipment", "webhook"],
    ["webhook wms", null],
  ]);
});

test("a record of an order that is in no trace makes no span", () => {
  spans.notified("S-1", 1_000);
  const read = spans.begin();
  expect(read.of("S-1", null)).toBeNull();
  read.end(["S-1"]);
  expect(collection.spans()).toEqual([]);
});
