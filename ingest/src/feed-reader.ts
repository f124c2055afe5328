import { setTimeout as sleep } from "node:timers/promises";
import type { Instant } from "@crossdock/domain";
import { instantOf } from "@crossdock/domain";
import { HISTORY_READ } from "@crossdock/processes";
import type { Page } from "@crossdock/source-contract";
import { deferred } from "./deferred.ts";
import { createFeedEar, type FeedEar } from "./feed-ear.ts";
import { createFeedRecorder, type FeedRecorderOptions } from "./feed-recorder.ts";
import { createFeedSpans } from "./feed-spans.ts";
import { createWakeablePause } from "./wakeable-pause.ts";
import { createWatermarks } from "./watermarks.ts";

/**
 * Keeps the books in step with one feed: notifications name records to read again at once, and a
 * sweep by time of change finds what no notification told. One at a time; hints that come while it
 * works are read together. Records whose orders are not in the book yet wait for them.
 */
export interface FeedReader {
  readonly name: string;
  readonly source: string;
  start(): void;
  stop(): Promise<void>;
  /**
   * A record may have changed; `null` is all of them: sweep now.
   * @param notifiedAtMs when its source said so; left out: somebody else did
   */
  hint(sourceId: string | null, notifiedAtMs?: number): void;
  /**
   * Reads these records again now, beside what it is at, and resolves when they are in the books.
   * @param sourceIds as its source names them, 1 to 200; one that is gone is left out
   */
  readNow(sourceIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** What was last heard of it. */
  readonly ear: FeedEar;
  /** Whatever the source had at this moment, in milliseconds since 1970, is in the books; 0 before the first sweep. */
  readonly readThroughMs: number;
  /** Resolves when what the source held before we listened is in the books. */
  readonly historyLoaded: Promise<void>;
}

export type FeedReaderOptions<Item> = Omit<FeedRecorderOptions<Item>, "ear" | "spans"> & {
  /** From the end of one sweep to the start of the next. */
  readonly sweepEveryMs: number;
  /** The same while nothing happens anywhere; never sooner than `sweepEveryMs`. */
  readonly restSweepEveryMs?: number;
  /** Between two pages of history, so that a long one leaves room in a source's budget for today's work. */
  readonly historyPauseMs: number;
  /** Whether a person has stopped what is asked of a source; never when left out. Hints are kept until it goes on. */
  readonly isPaused?: (source: string) => boolean;
  /** History is walked when this resolves; what happens today does not wait for it. */
  readonly historyAfter?: Promise<void>;
};

/** Sources stamp a change when its transaction began: so far back a sweep looks again. */
const OVERLAP_MS = 5_000;
/** A first sweep begins so long ago: more than the clock of a source is ever behind ours. */
const FIRST_LOOK_BACK_MS = 10 * 60_000;
const MAX_IDS_PER_READ = 200;
/** Hints of one burst are read with one call. */
const GATHER_MS = 50;
const PAUSE_AFTER_FAILURE_MS = 1_000;
/** Notifications that name no record ask for a sweep: a burst of them is answered with one each so often. */
const SWEEP_GAP_MS = 500;
/** While its source is paused, until it looks whether that is over. */
const PAUSED_LOOK_MS = 500;
/** While records wait for their orders. */
const PARKED_LOOK_MS = 500;

export function createFeedReader<Item>(options: FeedReaderOptions<Item>): FeedReader {
  const { feed, ledger, clock, logger, metrics, activity, sweepEveryMs, historyPauseMs } = options;
  const { source } = feed;
  const isPaused = () => options.isPaused?.(source) === true;
  const restSweepEveryMs = Math.max(options.restSweepEveryMs ?? sweepEveryMs, sweepEveryMs);
  const ear = createFeedEar(feed.name, source, clock);
  const spans = createFeedSpans({ feed: feed.name, source, nowMs: () => clock.nowMs() });
  const recorder = createFeedRecorder({ ...options, ear, spans });
  const watermarks = createWatermarks(ledger);
  const stopping = new AbortController();
  const { pause, wake } = createWakeablePause(stopping.signal);
  const hinted = new Set<string>();
  const history = deferred();
  // Nobody may be waiting for it when the process stops.
  history.promise.catch(() => undefined);
  let sweepNow = false;
  let readThroughMs = 0;
  let running: Promise<void> = Promise.resolve();

  const note = (name: string, watermark: Instant) =>
    ledger.transaction((trx) => watermarks.write(trx, name, watermark, clock.now()));

  /** Reads a feed to its end. @returns the time of the newest change; `null` for none */
  const walk = async (
    query: { readonly since: Instant | null; readonly before: Instant | null },
    signal: AbortSignal,
  ): Promise<Instant | null> => {
    const { since, before } = query;
    const isHistory = before !== null;
    let newest: Instant | null = null;
    let after: string | null = null;
    do {
      signal.throwIfAborted();
      const page: Page<Item> = await feed.listChanged({ since, after }, signal);
      const isWanted = (item: Item) => before === null || feed.modifiedAtOf(item) < before;
      await recorder.record(page.items.filter(isWanted), isHistory);
      for (const item of page.items) {
        const modifiedAt = feed.modifiedAtOf(item);
        if (newest === null || modifiedAt > newest) newest = modifiedAt;
      }
      after = page.next;
      if (isHistory && after !== null) await sleep(historyPauseMs, null, { signal });
    } while (after !== null);
    return newest;
  };

  const sweep = async (signal: AbortSignal) => {
    const from = await liveFrom();
    const newest = await walk({ since: shortlyBefore(from), before: null }, signal);
    // Only now: a sweep that breaks off begins again where the last whole one ended.
    if (newest !== null && newest > from) await note(feed.name, newest);
    const { noteSwept } = feed;
    if (noteSwept !== undefined) await ledger.transaction((trx) => noteSwept(trx));
  };

  /** Where the next sweep begins; written down at the first start, before history is walked. */
  const liveFrom = async (): Promise<Instant> => {
    const known = await watermarks.read(feed.name);
    if (known !== null) return known;
    const first = instantOf(new Date(clock.nowMs() - FIRST_LOOK_BACK_MS));
    await note(feed.name, first);
    return first;
  };

  /** Once in the life of a ledger, beside the sweeps: what was there before the first of them. */
  const loadHistory = async (signal: AbortSignal) => {
    const name = `${feed.name}${HISTORY_READ}`;
    metrics.historyLoaded(feed.name, false);
    while (!signal.aborted) {
      try {
        await options.historyAfter;
        while (isPaused()) await sleep(PAUSED_LOOK_MS, null, { signal });
        const before = await liveFrom();
        if ((await watermarks.read(name)) === null) {
          await walk({ since: null, before }, signal);
          await note(name, before);
        }
        metrics.historyLoaded(feed.name, true);
        history.resolve();
        return;
      } catch (error) {
        if (signal.aborted) return;
        logger.warn(
          { err: error, feed: feed.name },
          "history could not be read, it is tried again",
        );
        await sleep(PAUSE_AFTER_FAILURE_MS, null, { signal }).catch(() => undefined);
      }
    }
  };

  const readHinted = async (signal: AbortSignal) => {
    while (hinted.size > 0) {
      const ids = [...hinted].slice(0, MAX_IDS_PER_READ);
      // Before the call: a hint that comes while it is under way tells of something newer.
      for (const id of ids) hinted.delete(id);
      try {
        await recorder.record(await feed.readAgain(ids, signal), false);
      } catch (error) {
        for (const id of ids) hinted.add(id);
        throw error;
      }
    }
  };

  const run = async () => {
    let sweptAt = -Infinity;
    // Asked anew each time: what happens at another source ends the rest of this one.
    const sweepDueAt = () => sweptAt + (activity.isAtRest() ? restSweepEveryMs : sweepEveryMs);
    const pauseMs = () => {
      if (hinted.size > 0) return 0;
      if (sweepNow) return sweptAt + SWEEP_GAP_MS - clock.nowMs();
      const untilLook = Math.max(sweptAt + sweepEveryMs - clock.nowMs(), 0) || sweepEveryMs;
      return Math.min(untilLook, recorder.hasParked ? PARKED_LOOK_MS : Infinity);
    };
    while (!stopping.signal.aborted) {
      if (isPaused()) {
        await pause(PAUSED_LOOK_MS, false);
        continue;
      }
      try {
        const isAskedFor = sweepNow && clock.nowMs() >= sweptAt + SWEEP_GAP_MS;
        if (isAskedFor || clock.nowMs() >= sweepDueAt()) {
          sweepNow = false;
          const startedMs = clock.nowMs();
          await sweep(stopping.signal);
          readThroughMs = startedMs;
          sweptAt = clock.nowMs();
          ear.heard();
          metrics.swept(feed.name, "done");
        }
        await readHinted(stopping.signal);
        await recorder.releaseParked();
        await pause(pauseMs());
        if (!stopping.signal.aborted && hinted.size > 0) await pause(GATHER_MS, false);
      } catch (error) {
        if (stopping.signal.aborted) break;
        logger.warn({ err: error, feed: feed.name }, "a feed could not be read, it is tried again");
        ear.failed(error);
        metrics.swept(feed.name, "failed");
        sweepNow = true;
        await pause(PAUSE_AFTER_FAILURE_MS, false);
      }
    }
  };

  return {
    name: feed.name,
    source,
    ear,
    get readThroughMs() {
      return readThroughMs;
    },
    historyLoaded: history.promise,
    start() {
      const { signal } = stopping;
      running = Promise.all([run(), loadHistory(signal)]).then(() => undefined);
    },
    hint(sourceId, notifiedAtMs) {
      activity.note();
      if (sourceId !== null && notifiedAtMs !== undefined) spans.notified(sourceId, notifiedAtMs);
      if (sourceId === null) sweepNow = true;
      else hinted.add(sourceId);
      wake();
    },
    async readNow(sourceIds, signal) {
      await recorder.record(await feed.readAgain(sourceIds, signal), false);
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
