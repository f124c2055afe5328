import { itemSubject, parseSku, type Instant, type Subject } from "@crossdock/domain";
import {
  createFixedClock,
  createLogger,
  createMetrics,
  createReadTally,
  noteSourceCall,
} from "@crossdock/runtime";
import { SourceUnavailableError } from "@crossdock/source-contract";
import type { BulkLoad } from "./bulk-load.ts";
import type { CachedRead, Remembered } from "./cached-read.ts";
import { DOWN_MS, Lateness } from "./pace.ts";
import { createReadCache, type ReadCache } from "./read-cache.ts";

const HOUR_MS = 3_600_000;
const PATIENCE_MS = 80;
const AGES = {
  freshMs: 10_000,
  usableMs: 4 * HOUR_MS,
  patienceMs: PATIENCE_MS,
  insistMs: PATIENCE_MS,
  retriesUnwatched: true,
  recallableMs: 4 * HOUR_MS,
};
const NOON = "2026-11-21T12:00:00.000Z" as Instant;

type Read = CachedRead<string, string>;

let clock: ReturnType<typeof createFixedClock>;
let calls: string[];
let hold: Promise<void> | null;
let isDown: boolean;
let caches: ReadCache[];
beforeEach(() => {
  [clock, calls, hold, isDown, caches] = [createFixedClock(NOON), [], null, false, []];
});
afterEach(() => Promise.all(caches.map((cache) => cache.close())));

const subjectOf = (sku: string): Subject => itemSubject(parseSku(sku));

function open(keeps = true): ReadCache {
  const logger = createLogger({ name: "test", level: "silent" });
  const cache = createReadCache({ redis: null, clock, logger, metrics: createMetrics(), keeps });
  caches.push(cache);
  return cache;
}

function readerOf(
  cache: ReadCache,
  name: string,
  over: {
    readonly lateness?: Lateness;
    readonly recall?: () => Promise<readonly Remembered<string>[]>;
  } = {},
): Read {
  const read: BulkLoad<string, string> = async (keys) => {
    calls.push(`${name} ${keys.join(" ")}`);
    noteSourceCall();
    await hold;
    if (isDown) throw new SourceUnavailableError("erp", name, "switched off");
    return keys.map((key) => (key === "NONE" ? null : `${name} of ${key}`));
  };
  const options = { name, source: "erp", keyOf: String, ages: AGES, read, ...over };
  return cache.reader({ ...options, subjectsOf: (sku: string) => [subjectOf(sku)] });
}

const tally = createReadTally();
async function ask(read: Read, ...keys: string[]) {
  const beganMs = performance.now();
  const found = await read(keys, { signal: new AbortController().signal, maxAgeMs: null, tally });
  const tookMs = performance.now() - beganMs;
  return {
    tookMs,
    told: found.map((one) =>
      one === null || one instanceof Error
        ? (one?.constructor.name ?? null)
        : `${one.document} ${one.provenance.freshness}`,
    ),
  };
}

/** The source does not answer until it is let go. */
function holdBack(): () => void {
  let letGo: () => void = () => undefined;
  hold = new Promise((resolve) => (letGo = resolve));
  return () => {
    hold = null;
    letGo();
  };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

test("nobody who orders waits longer for a late source after an event than before it", async () => {
  const cache = open();
  const read = readerOf(cache, "product");
  await ask(read, "A");
  const letGo = holdBack();
  cache.expire([subjectOf("A")]);
  const late = await ask(read, "A");
  expect(late.told).toEqual(["product of A STALE"]);
  expect(late.tookMs).toBeLessThan(10 * PATIENCE_MS);
  letGo();
  await settle();
  expect((await ask(read, "A")).told).toEqual(["product of A CACHED"]);
  expect(calls).toEqual(["product A", "product A"]);
});

test("a source that is late is waited for once, whatever is read of it", async () => {
  const [cache, lateness] = [open(), new Lateness(clock)];
  const [product, price] = [
    readerOf(cache, "product", { lateness }),
    readerOf(cache, "price", { lateness }),
  ];
  await Promise.all([ask(product, "A"), ask(price, "A")]);
  clock.advance(HOUR_MS);
  const letGo = holdBack();
  const first = await ask(product, "A");
  const second = await ask(price, "A");
  expect([first.told, second.told]).toEqual([["product of A STALE"], ["price of A STALE"]]);
  expect(first.tookMs).toBeGreaterThanOrEqual(PATIENCE_MS - 5);
  expect(second.tookMs).toBeLessThan(PATIENCE_MS / 2);
  await settle();
  expect(calls).toHaveLength(4);
  letGo();
});

test("what a book knows judges an order for as long as what was read would", async () => {
  isDown = true;
  const recall = () => Promise.resolve([{ document: "from the book", seenAt: NOON }]);
  const read = readerOf(open(), "product", { recall });
  clock.advance(4 * HOUR_MS);
  expect((await ask(read, "A")).told).toEqual(["from the book STALE"]);
  clock.advance(1);
  expect((await ask(read, "A")).told).toEqual(["SourceUnavailableError"]);
});

test("a cache that keeps nothing asks for each key alone, each time", async () => {
  const read = readerOf(open(false), "product");
  const told = ["product of A LIVE", "product of B LIVE", null];
  expect((await ask(read, "A", "B", "NONE")).told).toEqual(told);
  expect((await ask(read, "A")).told).toEqual(["product of A LIVE"]);
  expect(calls).toEqual(["product A", "product B", "product NONE", "product A"]);
  isDown = true;
  expect((await ask(read, "A", "B")).told).toEqual(Array(2).fill("SourceUnavailableError"));
});

test("after a failure the source is asked again, and nobody who orders waits to hear whether it is back", async () => {
  const read = readerOf(open(), "product");
  await ask(read, "A");
  isDown = true;
  clock.advance(HOUR_MS);
  expect((await ask(read, "A")).told).toEqual(["product of A STALE"]);
  clock.advance(DOWN_MS);
  const letGo = holdBack();
  const first = await ask(read, "A");
  expect(first.told).toEqual(["product of A STALE"]);
  expect(first.tookMs).toBeLessThan(PATIENCE_MS / 2);
  await settle();
  expect(calls).toHaveLength(3);
  isDown = false;
  letGo();
  await settle();
  expect((await ask(read, "A")).told).toEqual(["product of A CACHED"]);
});
