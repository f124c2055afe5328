import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createLogger } from "@crossdock/runtime";
import {
  SourceProtocolError,
  SourceRateLimitedError,
  SourceUnavailableError,
  UnknownOutcomeError,
} from "@crossdock/source-contract";
import { budgetOf } from "./source-budget.ts";
import {
  createSourceHttp,
  type CallReport,
  type SourceCall,
  type SourceHttp,
} from "./source-http.ts";

const logger = createLogger({ name: "test", level: "silent" });
const signal = () => AbortSignal.timeout(5_000);
const read: SourceCall = { operation: "read", method: "GET", path: "/thing", kind: "read" };
const write: SourceCall = {
  operation: "write",
  method: "POST",
  path: "/thing",
  body: "{}",
  kind: "write",
};
let server: Server | undefined;
let http: SourceHttp | undefined;

afterEach(async () => {
  await http?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve) ?? resolve(null));
});

async function source(
  listener: RequestListener,
  options: {
    readonly calls?: number;
    readonly concurrent?: number;
    readonly queued?: number;
    readonly maxWaitMs?: number;
    readonly timeoutMs?: number;
    readonly isPaused?: () => boolean;
  } = {},
) {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const reports: CallReport[] = [];
  http = createSourceHttp({
    name: "erp",
    baseUrl: `http://127.0.0.1:${String(port)}`,
    budget: {
      ...budgetOf({
        calls: options.calls ?? 100,
        windowMs: 60_000,
        burst: (options.calls ?? 100) / 2,
        concurrent: options.concurrent ?? 4,
        writes: "command",
        queued: options.queued ?? 10,
        maxWaitMs: options.maxWaitMs ?? 500,
      }),
      isPaused: options.isPaused ?? (() => false),
    },
    timeoutMs: options.timeoutMs ?? 1_000,
    logger,
    onCall: (report) => reports.push(report),
  });
  return { http, reports, port };
}

test("a source that a person has paused is not read, and a write that is under way ends", async () => {
  let isPaused = true;
  const { http, reports } = await source((_request, response) => response.end("{}"), {
    isPaused: () => isPaused,
  });
  const refused = await http.call(read, signal()).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(SourceUnavailableError);
  expect(refused).toMatchObject({ isUnsent: true, retry: "later" });
  expect((await http.call(write, signal())).status).toBe(200);
  isPaused = false;
  expect((await http.call(read, signal())).status).toBe(200);
  expect(reports.map(({ operation }) => operation)).toEqual(["write", "read"]);
});

test("numbers are read digit for digit", async () => {
  const { http } = await source((_request, response) =>
    response.end('{"price": 0.10000000000000000001}'),
  );
  expect((await http.call(read, signal())).json()).toEqual({ price: "0.10000000000000000001" });
});

test("a read that fails is asked again, a write is not", async () => {
  let calls = 0;
  const { http } = await source((_request, response) => {
    calls += 1;
    response.statusCode = calls === 1 ? 502 : 200;
    response.end("{}");
  });
  expect((await http.call(read, signal())).status).toBe(200);
  calls = 0;
  await expect(http.call(write, signal())).rejects.toBeInstanceOf(UnknownOutcomeError);
  expect(calls).toBe(1);
});

test("a write whose answer is cut off has an unknown outcome; one that was never sent has not", async () => {
  const { http, port } = await source((request) => request.socket.destroy());
  await expect(http.call(write, signal())).rejects.toBeInstanceOf(UnknownOutcomeError);
  await new Promise((resolve) => server?.close(resolve));
  const gone = createSourceHttp({
    name: "erp",
    baseUrl: `http://127.0.0.1:${String(port)}`,
    budget: budgetOf({
      calls: 10,
      windowMs: 1_000,
      burst: 5,
      concurrent: 1,
      writes: "command",
      queued: 0,
      maxWaitMs: 0,
    }),
    timeoutMs: 1_000,
    logger,
  });
  await expect(gone.call(write, signal())).rejects.toBeInstanceOf(SourceUnavailableError);
  await gone.close();
});

test("a source that does not answer in time is unavailable, and says so to the metrics", async () => {
  const { http, reports } = await source(() => undefined, { timeoutMs: 60 });
  await expect(http.call(read, signal())).rejects.toBeInstanceOf(SourceUnavailableError);
  expect(reports.map(({ outcome }) => outcome)).toEqual([
    "unavailable",
    "unavailable",
    "unavailable",
  ]);
});

test("429 holds every call back for as long as the source asked", async () => {
  let calls = 0;
  const { http } = await source((_request, response) => {
    calls += 1;
    response.writeHead(429, { "retry-after": "30" }).end();
  });
  const first = http.call(read, signal());
  await expect(first).rejects.toMatchObject({
    name: "SourceRateLimitedError",
    retryAfterMs: 30_000,
  });
  await expect(http.call(write, signal())).rejects.toBeInstanceOf(SourceRateLimitedError);
  expect(calls).toBe(1);
});

test("no more calls reach the source than its budget holds", async () => {
  let calls = 0;
  const { http } = await source(
    (_request, response) => {
      calls += 1;
      response.end("{}");
    },
    { calls: 6 },
  );
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, () => http.call(read, signal())),
  );
  expect(calls).toBe(3);
  const refused = results.filter((result) => result.status === "rejected");
  expect(refused).toHaveLength(5);
  expect(refused.every(({ reason }) => reason instanceof SourceRateLimitedError)).toBe(true);
});

test("no more calls are under way at once than the source bears, and the queue has an end", async () => {
  let inFlight = 0;
  let most = 0;
  const { http } = await source(
    (_request, response) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      setTimeout(() => {
        inFlight -= 1;
        response.end("{}");
      }, 20);
    },
    { concurrent: 2, queued: 3 },
  );
  const results = await Promise.allSettled(
    Array.from({ length: 9 }, () => http.call(read, signal())),
  );
  expect(most).toBe(2);
  expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(5);
});

test("after five failures in a row the source is left alone, and asked again when it is time", async () => {
  let calls = 0;
  const { http } = await source((_request, response) => {
    calls += 1;
    response.writeHead(503).end();
  });
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await expect(http.call(write, signal())).rejects.toBeInstanceOf(SourceUnavailableError);
  }
  await expect(http.call(write, signal())).rejects.toThrow("erp does not answer.");
  expect(calls).toBe(5);
});

test("an answer that is not JSON is no answer of this contract", async () => {
  const { http } = await source((_request, response) => response.end("<html>"));
  const answer = await http.call(read, signal());
  expect(() => answer.json()).toThrow(SourceProtocolError);
});

test("a link to another host is not followed with our credentials", async () => {
  const { http, reports } = await source((_request, response) => response.end("{}"));
  await expect(
    http.call({ ...read, path: "http://evil.example/x" }, signal()),
  ).rejects.toBeInstanceOf(SourceProtocolError);
  expect(reports).toEqual([]);
});

test("a caller that leaves ends its read and is no failure of the source", async () => {
  const { http, reports } = await source(() => undefined);
  const leaving = new AbortController();
  const call = http.call(read, leaving.signal);
  setTimeout(() => {
    leaving.abort(new Error("left"));
  }, 30);
  await expect(call).rejects.toThrow("left");
  expect(reports).toEqual([]);
});
