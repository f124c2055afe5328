import { randomUUID } from "node:crypto";
import type { Instant } from "@crossdock/domain";
import { instantOf } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import type { Clock, Logger } from "@crossdock/runtime";
import { lockFeed, type Feed } from "./feed.ts";
import { createWatermarks } from "./watermarks.ts";

/**
 * Keeps the books in step with one feed: notifications name records to read again at once, and a
 * sweep by time of change finds what no notification told. One at a time; hints that come while it
 * works are read together.
 */
export interface FeedReader {
  readonly name: string;
  start(): void;
  stop(): Promise<void>;
  /** A record may have changed; `null` is all of them: sweep now. */
  hint(sourceId: string | null): void;
  /** Resolves when what the source held before we listened is in the books. */
  readonly historyLoaded: Promise<void>;
  /** When a sweep last came to the end of the feed. */
  lastSweptAt(): Instant | null;
}

export type FeedReaderOptions<Item> = {
  readonly feed: Feed<Item>;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly logger: Logger;
  /** From the end of one sweep to the start of the next. */
  readonly sweepEveryMs: number;
  /** Between two pages of history, so that a long one leaves room in a source's budget for today's work. */
  readonly historyPauseMs: number;
};

/** Sources stamp a change when its transaction began: so far back a sweep looks again. */
const OVERLAP_MS = 5_000;
const MAX_IDS_PER_READ = 200;
/** Hints of one burst are read with one call. */
const GATHER_MS = 50;
const PAUSE_AFTER_FAILURE_MS = 1_000;
const RECORD_BATCH = 250;

export function createFeedReader<Item>(options: FeedReaderOptions<Item>): FeedReader {
  const { feed, ledger, clock, logger, sweepEveryMs, historyPauseMs } = options;
  const watermarks = createWatermarks(ledger);
  const stopping = new AbortController();
  const hinted = new Set<string>();
  const history = deferred();
  // Nobody may be waiting for it when the process stops.
  history.promise.catch(() => undefined);
  let sweepNow = false;
  let wake: () => void = () => undefined;
  let running: Promise<void> = Promise.resolve();
  let sweptAt: Instant | null = null;
  /** While history is read: from when on a change is news all the same. */
  let newsSince: Instant | null = null;
  let newsDueAt = 0;

  const record = async (items: readonly Item[], isHistory: boolean, watermark: Instant | null) => {
    const correlationId = randomUUID();
    await ledger.transaction(async (trx) => {
      await lockFeed(trx, feed.name);
      if (watermark !== null) await watermarks.write(trx, feed.name, watermark, clock.now());
      await feed.record(trx, items, { history: isHistory, correlationId });
    });
  };

  const recordAll = async (items: readonly Item[], isHistory: boolean) => {
    for (let at = 0; at < items.length; at += RECORD_BATCH) {
      await record(items.slice(at, at + RECORD_BATCH), isHistory, null);
    }
  };

  /** @returns the newest time of change, `since` when nothing changed */
  const walk = async (since: Instant | null, signal: AbortSignal, betweenPages: () => unknown) => {
    let newest = since;
    let after: string | null = null;
    do {
      signal.throwIfAborted();
      const page = await feed.listChanged({ since, after }, signal);
      const isHistory = (item: Item) => newsSince !== null && feed.modifiedAtOf(item) < newsSince;
      await recordAll(page.items.filter(isHistory), true);
      await recordAll(
        page.items.filter((item) => !isHistory(item)),
        false,
      );
      for (const item of page.items) {
        const modifiedAt = feed.modifiedAtOf(item);
        if (newest === null || modifiedAt > newest) newest = modifiedAt;
      }
      after = page.next;
      if (after !== null) await betweenPages();
    } while (after !== null);
    return newest;
  };

  const sweep = async (signal: AbortSignal) => {
    const last = await watermarks.read(feed.name);
    let newest: Instant | null;
    if (last === null) {
      newsSince ??= shortlyBefore(clock.now());
      newest = await walk(null, signal, () => keepUp(signal));
    } else {
      newest = await walk(shortlyBefore(last), signal, () => undefined);
    }
    // Only now: a sweep that breaks off begins again where the last whole one ended.
    if (newest !== null && (last === null || newest > last)) await record([], false, newest);
    newsSince = null;
    sweptAt = clock.now();
    history.resolve();
  };

  /** A long history must not hold up what happens now: both go on between two of its pages. */
  const keepUp = async (signal: AbortSignal) => {
    const nextPageAt = clock.nowMs() + historyPauseMs;
    do {
      await readHinted(signal);
      if (sweepNow || clock.nowMs() >= newsDueAt) {
        sweepNow = false;
        await walk(newsSince, signal, () => undefined);
        newsDueAt = clock.nowMs() + sweepEveryMs;
      }
      await pause(nextPageAt - clock.nowMs());
    } while (clock.nowMs() < nextPageAt && !signal.aborted);
  };

  const readHinted = async (signal: AbortSignal) => {
    while (hinted.size > 0) {
      const ids = [...hinted].slice(0, MAX_IDS_PER_READ);
      // Before the call: a hint that comes while it is under way tells of something newer.
      for (const id of ids) hinted.delete(id);
      try {
        await recordAll(await feed.readAgain(ids, signal), false);
      } catch (error) {
        for (const id of ids) hinted.add(id);
        throw error;
      }
    }
  };

  const run = async () => {
    let sweepDueAt = 0;
    while (!stopping.signal.aborted) {
      try {
        if (sweepNow || clock.nowMs() >= sweepDueAt) {
          sweepNow = false;
          await sweep(stopping.signal);
          sweepDueAt = clock.nowMs() + sweepEveryMs;
        }
        await readHinted(stopping.signal);
        await pause(hinted.size > 0 || sweepNow ? 0 : sweepDueAt - clock.nowMs());
        if (!stopping.signal.aborted && hinted.size > 0) await pause(GATHER_MS, false);
      } catch (error) {
        if (stopping.signal.aborted) break;
        logger.warn({ err: error, feed: feed.name }, "a feed could not be read, it is tried again");
        sweepNow = true;
        await pause(PAUSE_AFTER_FAILURE_MS, false);
      }
    }
  };

  const pause = async (ms: number, untilHint = true) => {
    if (ms <= 0 || stopping.signal.aborted) return;
    const woken = deferred();
    const timer = setTimeout(woken.resolve, ms);
    stopping.signal.addEventListener("abort", woken.resolve, { once: true });
    if (untilHint) wake = woken.resolve;
    await woken.promise;
    stopping.signal.removeEventListener("abort", woken.resolve);
    clearTimeout(timer);
  };

  return {
    name: feed.name,
    historyLoaded: history.promise,
    lastSweptAt: () => sweptAt,
    start() {
      running = run();
    },
    hint(sourceId) {
      if (sourceId === null) sweepNow = true;
      else hinted.add(sourceId);
      wake();
    },
    async stop() {
      stopping.abort(new Error(`The feed ${feed.name} stops.`));
      history.reject(stopping.signal.reason);
      await running;
    },
  };
}

function shortlyBefore(instant: Instant): Instant {
  return instantOf(new Date(Date.parse(instant) - OVERLAP_MS));
}

type Deferred = {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
};

function deferred(): Deferred {
  let resolve: Deferred["resolve"] = () => undefined;
  let reject: Deferred["reject"] = () => undefined;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
