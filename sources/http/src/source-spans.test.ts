import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createLogger, inTrace } from "@crossdock/runtime";
import { collectSpans, type SpanCollection } from "@crossdock/runtime/testing";
import { budgetOf } from "./source-budget.ts";
import { createSourceHttp, type SourceCall, type SourceHttp } from "./source-http.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const WORK = { correlationId: "c1", traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` };
const call: SourceCall = {
  operation: "GET orders",
  method: "GET",
  path: "/orders(C10010)?token=hunter2",
  kind: "read",
};

let asked: IncomingHttpHeaders[];
let statuses: number[];
let server: Server;
let http: SourceHttp;
let collection: SpanCollection;

beforeEach(async () => {
  asked = [];
  statuses = [];
  server = createServer((request, response) => {
    asked.push(request.headers);
    response.writeHead(statuses.shift() ?? 200).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  http = createSourceHttp({
    name: "erp",
    baseUrl: `http://127.0.0.1:${String(port)}`,
    budget: budgetOf({
      calls: 100,
      windowMs: 60_000,
      burst: 50,
      concurrent: 4,
      writes: "command",
      queued: 10,
      maxWaitMs: 500,
    }),
    timeoutMs: 1_000,
    logger: createLogger({ name: "test", level: "silent" }),
  });
  collection = collectSpans();
});
afterEach(async () => {
  collection.stop();
  await http.close();
  server.closeAllConnections();
  server.close();
});

const callTraced = () =>
  inTrace(
    WORK,
    () => ({ name: "attempt" }),
    () => http.call(call, AbortSignal.timeout(5_000)),
  );

test("each try of a call is a span of the work that asks, with what came of it and not where it went", async () => {
  statuses = [503, 200];
  await callTraced();
  const [first, second, attempt] = collection.spans();
  expect(first).toMatchObject({
    name: "erp GET orders",
    traceId: TRACE_ID,
    parent: attempt?.id,
    hasFailed: true,
    attributes: { "source.attempt": 1, "http.response.status_code": 503 },
  });
  expect(second).toMatchObject({
    parent: attempt?.id,
    hasFailed: false,
    attributes: { "source.attempt": 2, "http.response.status_code": 200 },
  });
  expect(JSON.stringify(collection.spans())).not.toMatch(/C10010|hunter2|127\.0\.0\.1/);
});

test("a call that nobody's trace asks for makes no span", async () => {
  await http.call(call, AbortSignal.timeout(5_000));
  expect(collection.spans()).toEqual([]);
});

test("a source is told of the trace only where that is configured", async () => {
  await callTraced();
  collection.stop();
  collection = collectSpans({ tellsSources: true });
  await callTraced();
  const [span] = collection.spans();
  expect(asked.map(({ traceparent }) => traceparent)).toEqual([
    undefined,
    `00-${TRACE_ID}-${span?.id ?? ""}-01`,
  ]);
});
