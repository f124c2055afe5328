import { itemSubject, parseSku, type Instant, type Subject } from "@crossdock/domain";
import {
  countingCalls,
  createFixedClock,
  createLogger,
  createMetrics,
  createReadTally,
  noteSourceCall,
  type FixedClock,
} from "@crossdock/runtime";
import { SourceUnavailableError } from "@crossdock/source-contract";
import type { BulkLoad } from "./bulk-load.ts";
import type { CachedRead, Remembered, Wish } from "./cached-read.ts";
import { createReadCache, type ReadCache } from "./read-cache.ts";
import { ABSENT_MS, GATHER_MS, INSISTENT_PATIENCE_MS, MIN_AGE_MS } from "./reader.ts";
import { DOWN_MS } from "./pace.ts";

const NOON = "2026-11-21T12:00:00.000Z";
const AGES = { freshMs: 10_000, usableMs: 3_600_000, patienceMs: 50 };
type Doc = { readonly sku: string; readonly version: number };

const subjectOf = (sku: string): Subject => itemSubject(parseSku(sku));
const wish = (over: Partial<Wish> = {}): Wish => ({
  signal: new AbortController().signal,
  maxAgeMs: null,
  tally: createReadTally(),
  ...over,
});

/** A source of our own making: documents by key, answers that can be held back, and a switch. */
class Source {
  readonly calls: string[][] = [];
  readonly versions = new Map<string, number>();
  isDown = false;
  hold: Promise<void> | null = null;

  readonly read: BulkLoad<string, Doc> = async (keys) => {
    this.calls.push([...keys]);
    noteSourceCall();
    const told = keys.map((sku) => {
      const version = this.versions.get(sku);
      return version === undefined ? null : { sku, version };
    });
    await this.hold;
    if (this.isDown) throw new SourceUnavailableError("erp", "products", "switched off");
    return told;
  };
}

let clock: FixedClock;
let source: Source;
let cache: ReadCache;
let read: CachedRead<string, Doc>;

const open = (
  over: {
    readonly recall?: (keys: readonly string[]) => Promise<readonly (Remembered<Doc> | null)[]>;
    readonly read?: BulkLoad<string, Doc>;
    readonly recallsFirst?: boolean;
    readonly recallHasEvents?: boolean;
    readonly maxEntries?: number;
  } = {},
) => {
  const { maxEntries, ...reader } = over;
  cache = createReadCache({
    redis: null,
    clock,
    logger: createLogger({ name: "test", level: "silent" }),
    metrics: createMetrics(),
    ...(maxEntries === undefined ? {} : { maxEntries }),
  });
  read = cache.reader<string, Doc>({
    name: "product",
    source: "erp",
    keyOf: (sku) => sku,
    subjectsOf: (sku) => [subjectOf(sku)],
    ages: AGES,
    read: source.read,
    ...reader,
  });
};

beforeEach(() => {
  clock = createFixedClock(NOON);
  source = new Source();
  for (const sku of ["A", "B", "C"]) source.versions.set(sku, 1);
  open();
});
afterEach(() => cache.close());

const one = async (sku = "A", over: Partial<Wish> = {}) => {
  const [found] = await read([sku], wish(over));
  if (found instanceof Error) throw found;
  return found ?? null;
};
/** Version and freshness: what a client would see. */
const seen = async (sku = "A", over: Partial<Wish> = {}) => {
  const found = await one(sku, over);
  return found === null ? null : `${String(found.document.version)} ${found.provenance.freshness}`;
};
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

test("a thousand concurrent cold reads of one key are one call, and all of them are told LIVE", async () => {
  const found = await Promise.all(Array.from({ length: 1_000 }, () => seen()));
  expect(new Set(found)).toEqual(new Set(["1 LIVE"]));
  expect(source.calls).toEqual([["A"]]);
});

test("what requests miss in one turn is one bulk read in which every key is there once", async () => {
  await Promise.all([read(["A", "B"], wish()), read(["B", "C"], wish()), read(["A", "C"], wish())]);
  expect(source.calls).toEqual([["A", "B", "C"]]);
});

test("four hundred and one keys are three bulk reads of at most two hundred", async () => {
  const keys = Array.from({ length: 401 }, (_none, at) => `K${String(at)}`);
  await read(keys, wish());
  expect(source.calls.map((call) => call.length)).toEqual([200, 200, 1]);
});

test("entries come in the order of the keys, with null for what does not exist", async () => {
  const found = await read(["C", "nothing", "A"], wish());
  expect(found.map((entry) => (entry as { document: Doc } | null)?.document.sku ?? null)).toEqual([
    "C",
    null,
    "A",
  ]);
});

test("a fresh value is served as CACHED with its own age, without a call", async () => {
  expect(await seen()).toBe("1 LIVE");
  clock.advance(AGES.freshMs);
  const found = await one();
  expect(found?.provenance).toEqual({ source: "erp", asOf: NOON, freshness: "CACHED" });
  expect(source.calls).toHaveLength(1);
});

test("a value that is too old is asked for again", async () => {
  await one();
  source.versions.set("A", 2);
  clock.advance(AGES.freshMs + 1);
  expect(await seen()).toBe("2 LIVE");
});

test("a failing key fails alone", async () => {
  open({
    read: (keys) =>
      Promise.resolve(
        keys.map((sku) => (sku === "B" ? new RangeError("spoilt") : { sku, version: 1 })),
      ),
  });
  const [a, b] = await read(["A", "B"], wish());
  expect(a).toMatchObject({ document: { sku: "A" } });
  expect(b).toEqual(new RangeError("spoilt"));
});

test("an error is not remembered: the next read asks again", async () => {
  source.isDown = true;
  await expect(one()).rejects.toThrow(SourceUnavailableError);
  source.isDown = false;
  expect(await seen()).toBe("1 LIVE");
});

test("a source that is down: the last value comes as STALE with its true age, and the tally says so", async () => {
  await one();
  clock.advance(AGES.freshMs + 1);
  source.isDown = true;
  const tally = createReadTally();
  const found = await one("A", { tally });
  expect(found?.provenance).toEqual({ source: "erp", asOf: NOON, freshness: "STALE" });
  expect([tally.stale, tally.cached, tally.staleSince.get("erp")]).toEqual([1, 0, NOON]);
});

test("a source that is down is left alone for a while, and found again by the next read after it", async () => {
  await one();
  clock.advance(AGES.freshMs + 1);
  source.isDown = true;
  for (let at = 0; at < 10; at += 1) expect(await seen()).toBe("1 STALE");
  expect(source.calls).toHaveLength(2);
  source.isDown = false;
  source.versions.set("A", 2);
  clock.advance(DOWN_MS);
  expect(await seen()).toBe("2 LIVE");
});

test("a value beyond its usable age is not shown any more", async () => {
  await one();
  source.isDown = true;
  clock.advance(AGES.usableMs + 1);
  await expect(one()).rejects.toThrow(SourceUnavailableError);
});

test("a slow source is waited for once: the next caller does not wait, and the read lands meanwhile", async () => {
  await one();
  clock.advance(AGES.freshMs + 1);
  source.versions.set("A", 2);
  let release: () => void = () => undefined;
  source.hold = new Promise((resolve) => (release = resolve));
  const before = performance.now();
  expect(await seen()).toBe("1 STALE");
  const waitedMs = performance.now() - before;
  expect(waitedMs).toBeGreaterThanOrEqual(AGES.patienceMs - 5);
  const again = performance.now();
  for (let at = 0; at < 20; at += 1) expect(await seen()).toBe("1 STALE");
  expect(performance.now() - again).toBeLessThan(20 * AGES.patienceMs);
  release();
  await settle();
  expect(await seen()).toBe("2 CACHED");
  expect(source.calls).toHaveLength(2);
});

test("a request that wants it younger makes the source be asked, but not more often than once a second", async () => {
  await one();
  source.versions.set("A", 2);
  clock.advance(MIN_AGE_MS);
  expect(await seen("A", { maxAgeMs: 0 })).toBe("1 CACHED");
  clock.advance(1);
  expect(await seen("A", { maxAgeMs: 0 })).toBe("2 LIVE");
  expect(await seen("A", { maxAgeMs: 0 })).toBe("2 CACHED");
});

test("a request that wants it younger is shown the older value as STALE while the source is down", async () => {
  await one();
  clock.advance(5_000);
  source.isDown = true;
  expect(await seen("A", { maxAgeMs: 2_000 })).toBe("1 STALE");
  expect(await seen()).toBe("1 CACHED");
});

test("what does not exist is remembered for a second, and not once something happened to it", async () => {
  expect(await seen("new")).toBeNull();
  source.versions.set("new", 1);
  clock.advance(ABSENT_MS);
  expect(await seen("new")).toBeNull();
  cache.expire([subjectOf("new")]);
  expect(await seen("new")).toBe("1 LIVE");
});

test("an expired subject: the next read asks, other subjects stay", async () => {
  await read(["A", "B"], wish());
  source.versions.set("A", 2);
  cache.expire([subjectOf("A")]);
  expect(await seen("A")).toBe("2 LIVE");
  expect(await seen("B")).toBe("1 CACHED");
});

test("a read that began before its subject was expired leaves nothing behind", async () => {
  let release: () => void = () => undefined;
  source.hold = new Promise((resolve) => (release = resolve));
  const early = seen();
  await settle();
  source.versions.set("A", 2); // after the source has made its answer, and before it is here
  cache.expire([subjectOf("A")]);
  release();
  expect(await early).toBe("1 LIVE"); // asked before it happened
  source.hold = null;
  expect(await seen()).toBe("2 LIVE");
});

test("who asks after something happened does not join a read that began before it", async () => {
  let release: () => void = () => undefined;
  source.hold = new Promise((resolve) => (release = resolve));
  const early = seen();
  await settle();
  source.versions.set("A", 2);
  cache.expire([subjectOf("A")]);
  const late = seen();
  await settle();
  release();
  expect(await Promise.all([early, late])).toEqual(["1 LIVE", "2 LIVE"]);
});

test("a subject that only the document names counts as well for who joined too late", async () => {
  cache = createReadCache({
    redis: null,
    clock,
    logger: createLogger({ name: "test", level: "silent" }),
    metrics: createMetrics(),
  });
  read = cache.reader<string, Doc>({
    name: "by number",
    source: "erp",
    keyOf: (sku) => sku,
    subjectsOf: (_key, document) => (document === null ? [] : [subjectOf(document.sku)]),
    ages: AGES,
    read: source.read,
  });
  let release: () => void = () => undefined;
  source.hold = new Promise((resolve) => (release = resolve));
  const early = seen();
  await settle();
  source.versions.set("A", 2);
  cache.expire([subjectOf("A")]);
  const late = seen();
  await settle();
  release();
  expect(await Promise.all([early, late])).toEqual(["1 LIVE", "2 LIVE"]);
});

test("something happened and the source is down: the older value comes as STALE, never as CACHED", async () => {
  await one();
  cache.expire([subjectOf("A")]);
  source.isDown = true;
  expect(await seen()).toBe("1 STALE");
  expect(await seen()).toBe("1 STALE");
});

test("something happened and the source hangs: it is waited for longer, then the older value comes as STALE", async () => {
  await one();
  cache.expire([subjectOf("A")]);
  source.hold = new Promise(() => undefined);
  const before = performance.now();
  expect(await seen()).toBe("1 STALE");
  expect(performance.now() - before).toBeGreaterThanOrEqual(INSISTENT_PATIENCE_MS - 5);
  const again = performance.now();
  expect(await seen()).toBe("1 STALE");
  expect(performance.now() - again).toBeLessThan(1_000);
});

test("a book stands in for a source that is down where the cache knows nothing, and where it knows something older", async () => {
  const inBook = new Map<string, Remembered<Doc>>([
    ["A", { document: { sku: "A", version: 7 }, seenAt: "2026-11-21T12:00:05.000Z" as Instant }],
    ["B", { document: { sku: "B", version: 8 }, seenAt: "2026-11-01T00:00:00.000Z" as Instant }],
  ]);
  open({ recall: (keys) => Promise.resolve(keys.map((sku) => inBook.get(sku) ?? null)) });
  await one("A");
  clock.advance(6_000);
  cache.expire([subjectOf("A")]); // as the event does that has written the book
  source.isDown = true;
  expect(await seen("A")).toBe("7 STALE");
  const found = await one("B");
  expect(found?.provenance).toEqual({
    source: "erp",
    asOf: "2026-11-01T00:00:00.000Z",
    freshness: "STALE",
  });
  await expect(one("C")).rejects.toThrow(SourceUnavailableError);
});

test("what is in demand is read again before it is too old, many in one call; what nobody looks at is not", async () => {
  await read(["A", "B", "C"], wish());
  for (let at = 0; at < 3; at += 1) await read(["A", "C"], wish());
  clock.advance(AGES.freshMs * 0.8);
  source.versions.set("A", 2);
  expect(await seen("A")).toBe("1 CACHED"); // nobody waits for it
  await settle();
  expect(await seen("B")).toBe("1 CACHED");
  expect(await seen("C")).toBe("1 CACHED");
  await new Promise((resolve) => setTimeout(resolve, GATHER_MS + 50));
  expect(source.calls).toEqual([
    ["A", "B", "C"],
    ["A", "C"],
  ]);
  expect(await seen("A")).toBe("2 CACHED");
});

test("the calls of a read count for the request that began it, what came from the cache for whom it was served", async () => {
  const [first, second, third] = [createReadTally(), createReadTally(), createReadTally()];
  await Promise.all([
    countingCalls(first, () => one("A", { tally: first })),
    countingCalls(second, () => one("A", { tally: second })),
  ]);
  await one("A", { tally: third });
  expect([first, second, third].map(({ sourceCalls, cached }) => [sourceCalls, cached])).toEqual([
    [1, 0],
    [0, 0],
    [0, 1],
  ]);
});

test("a caller who gives up stops waiting; the read goes on for the others", async () => {
  let release: () => void = () => undefined;
  source.hold = new Promise((resolve) => (release = resolve));
  const controller = new AbortController();
  const given = one("A", { signal: controller.signal });
  const kept = seen("A");
  await settle();
  controller.abort(new Error("gone"));
  await expect(given).rejects.toThrow("gone");
  release();
  expect(await kept).toBe("1 LIVE");
  expect(source.calls).toHaveLength(1);
});

test("no more than so many entries are kept: the one that was not used longest goes", async () => {
  open({ maxEntries: 2 });
  for (const sku of ["A", "B", "C"]) await one(sku);
  expect([await seen("C"), await seen("B"), await seen("A")]).toEqual([
    "1 CACHED",
    "1 CACHED",
    "1 LIVE",
  ]);
});

test("the hit ratio tells what needed no call, of the last minutes", async () => {
  expect(cache.hitRatio("erp")).toBeNull();
  await one();
  for (let at = 0; at < 3; at += 1) await one();
  expect(cache.hitRatio("erp")).toBe(0.75);
  expect(cache.hitRatio("wms")).toBeNull();
  clock.advance(5 * 60_000);
  expect(cache.hitRatio("erp")).toBeNull();
});

test("a cache that keeps nothing asks for each key alone, every time; a key that fails, fails alone", async () => {
  const bare = createReadCache({
    redis: null,
    clock,
    logger: createLogger({ name: "test", level: "silent" }),
    metrics: createMetrics(),
    keeps: false,
  });
  const readBare = bare.reader<string, Doc>({
    name: "product",
    source: "erp",
    keyOf: (sku) => sku,
    subjectsOf: () => [],
    ages: AGES,
    read: async (keys, signal) =>
      keys[0] === "B" ? Promise.reject(new RangeError("spoilt")) : source.read(keys, signal),
  });
  for (let at = 0; at < 2; at += 1) {
    const [a, b, none] = await readBare(["A", "B", "nothing"], wish());
    expect(a).toMatchObject({ document: { sku: "A" }, provenance: { freshness: "LIVE" } });
    expect([b, none]).toEqual([new RangeError("spoilt"), null]);
  }
  expect(source.calls).toEqual([["A"], ["nothing"], ["A"], ["nothing"]]);
  await bare.close();
});

describe("a book that a feed keeps", () => {
  /** Version 9, which the source does not have: so it is seen who has told it. */
  let seenAt: string;
  const start = (listenedForMs = 60_000) => {
    const recall = (keys: readonly string[]) =>
      Promise.resolve(
        keys.map((sku) => ({ document: { sku, version: 9 }, seenAt: seenAt as Instant })),
      );
    open({ recall, recallsFirst: true });
    clock.advance(listenedForMs);
    seenAt = clock.now();
  };

  test("is served without asking the source, for as long as it is fresh", async () => {
    start();
    clock.advance(AGES.freshMs - 1);
    expect(await one()).toEqual({
      document: { sku: "A", version: 9 },
      provenance: { source: "erp", asOf: seenAt, freshness: "CACHED" },
    });
    expect(source.calls).toEqual([]);
    clock.advance(2);
    expect(await seen()).toBe("1 LIVE");
  });

  test("does not spare asking for somebody who wants it younger", async () => {
    start();
    clock.advance(3_000);
    expect(await seen("A", { maxAgeMs: 2_000 })).toBe("1 LIVE");
  });

  test("does not spare asking after something happened that its feed had not looked at yet", async () => {
    start();
    expect(await seen()).toBe("9 CACHED");
    clock.advance(3_000);
    cache.expire([subjectOf("A")]);
    expect(await seen()).toBe("1 LIVE");
    clock.advance(3_000);
    cache.expire([subjectOf("B")]);
    clock.advance(2_000);
    seenAt = clock.now();
    expect(await seen("B")).toBe("9 CACHED");
  });

  test("says nothing of what happened before this process listened", async () => {
    start(0);
    clock.advance(5_000);
    expect(await seen()).toBe("1 LIVE");
  });
});

describe("a book that is written with the events", () => {
  let book: Remembered<Doc>;
  const tell = (version: number, seenAt: Instant) => {
    book = { document: { sku: "A", version }, seenAt };
  };
  const start = () => {
    const recall = (keys: readonly string[]) => Promise.resolve(keys.map(() => book));
    open({ recall, recallsFirst: true, recallHasEvents: true });
    tell(8, clock.now());
  };

  test("is served after an event, as old as its feed's last look at the rest of it is", async () => {
    start();
    const lookedAt = clock.now();
    expect(await seen()).toBe("8 CACHED");
    clock.advance(3_000);
    tell(9, lookedAt);
    expect(await seen()).toBe("8 CACHED");
    cache.expire([subjectOf("A")]);
    expect(await one()).toEqual({
      document: { sku: "A", version: 9 },
      provenance: { source: "erp", asOf: lookedAt, freshness: "CACHED" },
    });
    expect(source.calls).toEqual([]);
  });

  test("is served after an event in the place of what the source told before it, though that was read later", async () => {
    start();
    const lookedAt = clock.now();
    clock.advance(3_000);
    expect(await seen("A", { maxAgeMs: 1_000 })).toBe("1 LIVE");
    expect(await seen()).toBe("1 CACHED");
    tell(9, lookedAt);
    cache.expire([subjectOf("A")]);
    expect([await seen(), await seen()]).toEqual(["9 CACHED", "9 CACHED"]);
    expect(source.calls).toEqual([["A"]]);
  });

  test("is what is STALE while the source is away, and not what was known before the event", async () => {
    start();
    clock.advance(AGES.freshMs + 1_000);
    expect(await seen()).toBe("1 LIVE");
    source.isDown = true;
    tell(9, book.seenAt);
    cache.expire([subjectOf("A")]);
    expect(await one()).toEqual({
      document: { sku: "A", version: 9 },
      provenance: { source: "erp", asOf: book.seenAt, freshness: "STALE" },
    });
  });
});
