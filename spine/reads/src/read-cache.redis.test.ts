import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { randomUUID } from "node:crypto";
import { itemSubject, parseSku } from "@crossdock/domain";
import { createFixedClock, createLogger, createMetrics, createReadTally } from "@crossdock/runtime";
import { SourceUnavailableError } from "@crossdock/source-contract";
import { createReadCache, type ReadCache } from "./read-cache.ts";
import { createRedisTier } from "./tiers/redis-tier.ts";

const redisUrl = process.env["REDIS_URL"] ?? "REDIS_URL is not set";
const NOON = "2026-11-21T12:00:00.000Z";
const AGES = { freshMs: 10_000, usableMs: 60_000, patienceMs: 1_000 };
const logger = createLogger({ name: "test", level: "silent" });
type Doc = { readonly price: string; readonly of: readonly string[] };

/** One process of several over one Redis: its own memory and its own reads. */
function openProcess(name: string, url = redisUrl, startAt = NOON) {
  const clock = createFixedClock(startAt);
  const cache: ReadCache = createReadCache({
    redis: (told) => createRedisTier(url, told),
    clock,
    logger,
    metrics: createMetrics(),
  });
  const source = { calls: 0, price: "1.00", isDown: false };
  const read = cache.reader<string, Doc>({
    name,
    source: "erp",
    keyOf: String,
    subjectsOf: (sku) => [itemSubject(parseSku(sku))],
    ages: AGES,
    read: (keys) => {
      source.calls += 1;
      if (source.isDown) return Promise.reject(new SourceUnavailableError("erp", "read", "off"));
      return Promise.resolve(keys.map((sku) => ({ price: source.price, of: [sku] })));
    },
  });
  const seen = async (sku: string) => {
    const wish = { signal: new AbortController().signal, maxAgeMs: null, tally: createReadTally() };
    const [found] = await read([sku], wish);
    if (found == null || found instanceof Error) return String(found);
    return `${found.document.price} ${found.provenance.freshness} ${found.provenance.asOf.slice(14, 19)}`;
  };
  return { cache, clock, source, seen };
}

const settle = (ms = 200) => new Promise((resolve) => setTimeout(resolve, ms));
const opened: ReadCache[] = [];
const open = (...args: Parameters<typeof openProcess>) => {
  const process = openProcess(...args);
  opened.push(process.cache);
  return process;
};
afterEach(() => Promise.all(opened.splice(0).map((cache) => cache.close())));

test("what one process has read, another does not ask for; each document comes as it was", async () => {
  const name = randomUUID();
  const [a, b] = [open(name), open(name)];
  await settle();
  a.clock.advance(5_000);
  b.clock.advance(6_000);
  expect(await a.seen("A")).toBe("1.00 LIVE 00:05");
  await settle();
  expect(await b.seen("A")).toBe("1.00 CACHED 00:05");
  expect(b.source.calls).toBe(0);
});

test("a newer value of one process replaces the older one in the memory of another", async () => {
  const name = randomUUID();
  const [a, b] = [open(name), open(name)];
  await settle();
  for (const { clock } of [a, b]) clock.advance(5_000);
  await a.seen("A");
  await settle();
  await b.seen("A");
  a.source.price = "2.00";
  a.cache.expire([itemSubject(parseSku("A"))]);
  a.clock.advance(2_000);
  expect(await a.seen("A")).toBe("2.00 LIVE 00:07");
  await settle();
  b.clock.advance(2_000);
  expect(await b.seen("A")).toBe("2.00 CACHED 00:07");
  expect(b.source.calls).toBe(0);
});

test("a process that saw the event does not take from Redis what another has read before it", async () => {
  const name = randomUUID();
  const [a, b] = [open(name), open(name)];
  await settle();
  for (const { clock } of [a, b]) clock.advance(5_000);
  await a.seen("A");
  await settle();
  b.source.price = "2.00";
  b.cache.expire([itemSubject(parseSku("A"))]);
  expect(await b.seen("A")).toBe("2.00 LIVE 00:05");
});

test("a process that begins while the source is away shows what others have left, as STALE", async () => {
  const name = randomUUID();
  const a = open(name);
  await settle();
  await a.seen("A");
  await settle();
  const b = open(name, redisUrl, "2026-11-21T12:00:20.000Z");
  await settle();
  b.source.isDown = true;
  expect(await b.seen("A")).toBe("1.00 STALE 00:00");
});

test("Redis that goes away: no read fails or waits for it, and it is used again when it is back", async () => {
  const network = await openNetworkTo(new URL(redisUrl));
  const name = randomUUID();
  const [a, b] = [open(name, network.url), open(name)];
  await settle();
  for (const { clock } of [a, b]) clock.advance(5_000);
  await a.seen("before");
  await network.cut();
  const before = performance.now();
  const skus = Array.from({ length: 200 }, (_none, at) => `K${String(at)}`);
  expect(new Set(await Promise.all(skus.map((sku) => a.seen(sku))))).toEqual(
    new Set(["1.00 LIVE 00:05"]),
  );
  expect(performance.now() - before).toBeLessThan(2_000);
  expect(await a.seen("before")).toBe("1.00 CACHED 00:05");

  await network.restore();
  await settle(4_000); // it tries again every two seconds
  expect(await a.seen("after")).toBe("1.00 LIVE 00:05");
  await settle();
  expect(await b.seen("after")).toBe("1.00 CACHED 00:05");
  await network.close();
});

test("no Redis at all where one is named: reads go on from memory and source", async () => {
  const a = open(randomUUID(), "redis://127.0.0.1:1");
  expect(await a.seen("A")).toBe("1.00 LIVE 00:00");
  expect(await a.seen("A")).toBe("1.00 CACHED 00:00");
});

/** A way to the server that can be cut and mended. */
async function openNetworkTo(server: URL) {
  const sockets = new Set<Socket>();
  const relay = createServer((near) => {
    const far = connect(Number(server.port || 6379), server.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  const listen = async (port: number) => {
    relay.listen(port, "127.0.0.1");
    await once(relay, "listening");
  };
  await listen(0);
  const { port } = relay.address() as AddressInfo;
  const cut = async () => {
    for (const socket of sockets) socket.destroy();
    if (!relay.listening) return;
    relay.close();
    await once(relay, "close");
  };
  return {
    url: `redis://127.0.0.1:${String(port)}`,
    cut,
    restore: () => listen(port),
    close: cut,
  };
}
