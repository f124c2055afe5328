import { createHash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { instantOf, type Instant } from "@crossdock/domain";
import type { NewEvent } from "@crossdock/events";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import { HISTORY_READ, type OrderProcess } from "@crossdock/processes";
import type { ChangeQuery, Page } from "@crossdock/source-contract";
import type { Clock, Logger } from "@crossdock/runtime";
import { deferred } from "./deferred.ts";
import { createFeedEar, type FeedEar } from "./feed-ear.ts";
import type { FeedMetrics } from "./feed-metrics.ts";
import { lockFeed } from "./feed.ts";
import { createWakeablePause } from "./wakeable-pause.ts";
import { createWatermarks } from "./watermarks.ts";

/** How one kind of master data is listed at its source and written into its book. */
export interface MasterDataFeed<Item> {
  /** e.g. `erp-product`; names the watermarks, the log lines and the metrics. */
  readonly name: string;
  readonly source: string;
  /** `null`: the source does not tell what changed, so all of it is read again. */
  readonly changes: MasterDataChanges<Item> | null;
  /** Everything, each record once. @param after a page's `next`; `null` starts */
  listAll(after: string | null, signal: AbortSignal): Promise<Page<Item>>;
  keyOf(item: Item): string;
  /** @returns what to tell of the records that are new or other than they were, when it is news */
  save(
    trx: LedgerTransaction,
    items: readonly Item[],
    readAt: Instant,
  ): Promise<readonly NewEvent[]>;
  /** Takes out of the book what a whole load did not meet. @returns what to tell of it */
  removeOthers(
    trx: LedgerTransaction,
    met: ReadonlySet<string>,
    load: { readonly startedAt: Instant; readonly at: Instant },
  ): Promise<readonly NewEvent[]>;
}

export interface MasterDataChanges<Item> {
  list(
    query: ChangeQuery,
    signal: AbortSignal,
  ): Promise<Page<{ readonly key: string; readonly modifiedAt: Instant }>>;
  /** The records of these names that the book does not have as they were changed then. @param names at most 500 */
  readUnknown(
    names: readonly { readonly key: string; readonly modifiedAt: Instant }[],
    signal: AbortSignal,
  ): Promise<readonly Item[]>;
}

/**
 * Keeps one master data book in step with its source: all of it once, then what changed, and all of it again now and
 * then for what no listing of changes tells. One call at a time, in the background.
 */
export interface MasterDataReader {
  readonly name: string;
  readonly source: string;
  readonly ear: FeedEar;
  start(): void;
  stop(): Promise<void>;
  /** Something changed: look now. */
  hint(): void;
  /** Resolves when all that the source has is in the book. */
  readonly loaded: Promise<void>;
}

export type MasterDataReaderOptions<Item> = {
  readonly feed: MasterDataFeed<Item>;
  readonly ledger: Ledger;
  readonly process: Pick<OrderProcess, "apply">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: FeedMetrics;
  /** From the end of one look for changes to the start of the next; of no use where the source does not tell them. */
  readonly deltaEveryMs: number;
  /** From the start of one load of everything to the start of the next. */
  readonly fullEveryMs: number;
  /** Whether a person has stopped what is asked of a source; never when left out. */
  readonly isPaused?: (source: string) => boolean;
  /** The first load begins when this resolves. */
  readonly startAfter: Promise<void>;
};

/** Sources stamp a change when its transaction began: so far back each look begins. */
const OVERLAP_MS = 5_000;
/** The first look begins so long before the first load: more than the clock of a source is ever behind ours. */
const FIRST_LOOK_BACK_MS = 10 * 60_000;
/** Between two pages of a load of everything, for those whom somebody waits for. */
const PAGE_PAUSE_MS = 250;
/** Of one transaction, with a breath before the next: others want to use the ledger. */
const SAVE_BATCH = 100;
const BREATH_MS = 10;
/** A source that fails is not asked all over again each second. */
const PAUSE_AFTER_FAILURE_MS = 5_000;
/** While its source is paused, until it looks whether that is over. */
const PAUSED_LOOK_MS = 500;
/** A burst of notifications is answered with one look each so often. */
const LOOK_GAP_MS = 500;

export function createMasterDataReader<Item>(
  options: MasterDataReaderOptions<Item>,
): MasterDataReader {
  const { feed, ledger, process, clock, logger, metrics } = options;
  const { name, source, changes } = feed;
  const fullMark = `${name}${HISTORY_READ}`;
  const ear = createFeedEar(name, source, clock);
  const watermarks = createWatermarks(ledger);
  const stopping = new AbortController();
  const { signal } = stopping;
  const { pause, wake } = createWakeablePause(signal);
  const loaded = deferred();
  // Nobody may be waiting for it when the process stops.
  loaded.promise.catch(() => undefined);
  /** What the last load met, each record as a digest, where nothing but loads write the book: most never change. */
  let lastMet: ReadonlyMap<string, string> = new Map();
  let isHinted = false;
  let isLoaded = false;
  let lookedAtMs = -Infinity;
  let fullAtMs = -Infinity;
  let running: Promise<void> = Promise.resolve();

  const now = () => instantOf(new Date(clock.nowMs()));

  const inTransaction = (work: (trx: LedgerTransaction) => Promise<readonly NewEvent[]>) =>
    ledger.transaction(async (trx) => {
      await lockFeed(trx, name);
      const events = await work(trx);
      // What was there before we listened is no news.
      if (!isLoaded || events.length === 0) return;
      await process.apply(trx, [], events, { correlationId: randomUUID(), causationId: null });
    });

  const save = async (items: readonly Item[], readAt: Instant) => {
    for (let at = 0; at < items.length; at += SAVE_BATCH) {
      signal.throwIfAborted();
      if (at > 0) await sleep(BREATH_MS);
      await inTransaction((trx) => feed.save(trx, items.slice(at, at + SAVE_BATCH), readAt));
    }
  };

  const loadAll = async () => {
    const [startedMs, startedAt] = [clock.nowMs(), now()];
    if (!isLoaded && changes !== null) await beginToListen(startedAt);
    const met = new Map<string, string>();
    let after: string | null = null;
    do {
      const readAt = now();
      const page: Page<Item> = await feed.listAll(after, signal);
      ear.heard();
      const isKnown = (item: Item) =>
        changes === null && lastMet.get(feed.keyOf(item)) === digestOf(item);
      await save(
        page.items.filter((item) => !isKnown(item)),
        readAt,
      );
      for (const item of page.items) met.set(feed.keyOf(item), digestOf(item));
      after = page.next;
      if (after === null) break;
      await sleep(PAGE_PAUSE_MS, null, { signal });
      await lookIfDue();
    } while (!signal.aborted);
    // Also when what it met cannot be believed: a source that is asked again at once says the same.
    if (isLoaded) fullAtMs = startedMs;
    await inTransaction(async (trx) => {
      const events = await feed.removeOthers(trx, new Set(met.keys()), { startedAt, at: now() });
      await watermarks.write(trx, fullMark, startedAt, startedAt);
      if (changes === null) await watermarks.write(trx, name, startedAt, startedAt);
      return events;
    });
    if (changes === null) lastMet = met;
    heard();
    fullAtMs = startedMs;
    isLoaded = true;
    loaded.resolve();
    metrics.historyLoaded(name, true);
  };

  /** Before the first load: what changes while it is under way is found by the first look after it. */
  const beginToListen = async (startedAt: Instant) => {
    if ((await watermarks.read(name)) !== null) return;
    const first = instantOf(new Date(Date.parse(startedAt) - FIRST_LOOK_BACK_MS));
    await ledger.transaction((trx) => watermarks.write(trx, name, first, startedAt));
  };

  /** What changed since the last whole look. Then the book is as the source was when this began. */
  const look = async ({ list, readUnknown }: MasterDataChanges<Item>) => {
    const startedAt = now();
    const from = (await watermarks.read(name)) ?? startedAt;
    const since = instantOf(new Date(Date.parse(from) - OVERLAP_MS));
    let newest = from;
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof list>> = await list({ since, after }, signal);
      const readAt = now();
      await save(await readUnknown(page.items, signal), readAt);
      const news = page.items.map((item) => item.modifiedAt).filter((at) => at > from);
      ear.recorded(news);
      for (const at of news) if (at > newest) newest = at;
      after = page.next;
    } while (after !== null);
    await ledger.transaction((trx) => watermarks.write(trx, name, newest, startedAt));
    lookedAtMs = clock.nowMs();
    heard();
  };

  const heard = () => {
    ear.heard();
    metrics.swept(name, "done");
  };

  const lookIfDue = async () => {
    if (changes === null || !isLoaded || clock.nowMs() < lookDueAt()) return;
    // Before the call: a hint that comes while it is under way tells of something newer.
    isHinted = false;
    await look(changes);
  };

  const lookDueAt = () => lookedAtMs + (isHinted ? LOOK_GAP_MS : options.deltaEveryMs);

  /** What an earlier process has loaded. */
  const openBook = async () => {
    const last = await watermarks.read(fullMark);
    metrics.historyLoaded(name, last !== null);
    if (last === null) return;
    isLoaded = true;
    fullAtMs = Date.parse(last);
    loaded.resolve();
  };

  const run = async () => {
    let isOpen = false;
    while (!signal.aborted) {
      if (options.isPaused?.(source) === true) {
        await pause(PAUSED_LOOK_MS, false);
        continue;
      }
      try {
        if (!isOpen) await openBook();
        isOpen = true;
        await options.startAfter;
        if (clock.nowMs() >= fullAtMs + options.fullEveryMs) await loadAll();
        await lookIfDue();
        const dueAt = Math.min(
          fullAtMs + options.fullEveryMs,
          changes === null ? Infinity : lookDueAt(),
        );
        await pause(dueAt - clock.nowMs());
      } catch (error) {
        if (signal.aborted) return;
        logger.warn({ err: error, feed: name }, "master data could not be read, it is tried again");
        ear.failed(error);
        metrics.swept(name, "failed");
        await pause(PAUSE_AFTER_FAILURE_MS, false);
      }
    }
  };

  return {
    name,
    source,
    ear,
    loaded: loaded.promise,
    start() {
      running = run();
    },
    hint() {
      isHinted = true;
      wake();
    },
    async stop() {
      const reason = new Error(`The feed ${name} stops.`);
      stopping.abort(reason);
      loaded.reject(reason);
      await running;
    },
  };
}

function digestOf(item: unknown): string {
  return createHash("sha256").update(JSON.stringify(item)).digest("base64url");
}
