import { collectSpans, type SpanCollection } from "./testing/index.ts";
import {
  apart,
  doing,
  inSpan,
  inTrace,
  openSpan,
  readTraceparent,
  traceHeaders,
  traceHeadersForSource,
  traceparentNow,
  workFields,
} from "./tracing.ts";

const CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const TRACE_ID = CALLER.slice(3, 35);
let collection: SpanCollection;
const spans = () => collection.spans();

beforeEach(() => {
  collection = collectSpans();
});
afterEach(() => {
  collection.stop();
});

test("a trace goes on from its caller's span, through what is awaited", async () => {
  await inTrace(
    { correlationId: "c1", traceparent: CALLER },
    () => ({ name: "request" }),
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      await inSpan(
        () => ({ name: "step" }),
        () => Promise.resolve(),
      );
    },
  );
  const [step, request] = spans();
  expect(request).toMatchObject({
    name: "request",
    traceId: TRACE_ID,
    parent: CALLER.slice(36, 52),
  });
  expect(step).toMatchObject({ name: "step", traceId: TRACE_ID, parent: request?.id });
});

test("what nobody asked for makes no span", async () => {
  const describe = jest.fn(() => ({ name: "call" }));
  await inSpan(describe, () => Promise.resolve());
  await doing({ correlationId: "c1", traceparent: null }, () =>
    inSpan(describe, () => Promise.resolve()),
  );
  openSpan(null, describe).end();
  expect(describe).not.toHaveBeenCalled();
  expect(spans()).toEqual([]);
});

test("nothing is described while nothing is traced, and the caller's trace is handed on", async () => {
  collection.stop();
  const describe = jest.fn(() => ({ name: "request" }));
  const seen = await inTrace({ correlationId: "c1", traceparent: CALLER }, describe, () =>
    inSpan(describe, () => Promise.resolve([traceparentNow(), workFields()])),
  );
  expect(seen).toEqual([CALLER, { correlationId: "c1", traceId: TRACE_ID }]);
  expect(describe).not.toHaveBeenCalled();
});

test("an error marks its span by its kind alone", async () => {
  class Refused extends Error {
    override readonly name = "Refused";
  }
  const failing = inTrace(
    { correlationId: null, traceparent: null },
    () => ({ name: "request" }),
    () => Promise.reject(new Refused("Dana Whitfield owes 12.00")),
  );
  await expect(failing).rejects.toThrow("owes");
  expect(JSON.stringify(spans())).not.toContain("Whitfield");
  expect(spans()[0]).toMatchObject({
    attributes: { "error.type": "Refused" },
    hasFailed: true,
  });
});

test("a span that is opened by hand goes on from a text, and others from it", () => {
  const webhook = openSpan(CALLER, () => ({ name: "webhook", startedAtMs: 1_000 }));
  openSpan(webhook.traceparent, () => ({ name: "feed" })).end("not recorded");
  webhook.end();
  const [feed, told] = spans();
  expect(told).toMatchObject({ name: "webhook", traceId: TRACE_ID, parent: CALLER.slice(36, 52) });
  expect(feed).toMatchObject({ parent: told?.id, attributes: { "error.type": "not recorded" } });
});

test("sources are told of a trace only where that is wanted", () => {
  const tell = () =>
    doing({ correlationId: null, traceparent: CALLER }, () => [
      traceHeaders(),
      traceHeadersForSource(),
    ]);
  expect(tell()).toEqual([{ traceparent: CALLER }, {}]);
  collection = collectSpans({ tellsSources: true });
  expect(tell()).toEqual([{ traceparent: CALLER }, { traceparent: CALLER }]);
});

test("what outlives a request is no part of it", () => {
  doing({ correlationId: "c1", traceparent: CALLER }, () => {
    expect(apart(() => [traceparentNow(), workFields()])).toEqual([null, {}]);
  });
});

test.each([
  undefined,
  "",
  "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
  "00-00000000000000000000000000000000-b7ad6b7169203331-01",
  `${CALLER}-more`,
  "zz-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
])("%j is no traceparent", (header) => {
  expect(readTraceparent(header)).toBeNull();
});

test("a traceparent of a later version is read as this one", () => {
  expect(readTraceparent(`01${CALLER.slice(2)}-more`)).toBe(CALLER);
});
