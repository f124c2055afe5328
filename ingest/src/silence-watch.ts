import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { instantOf } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import {
  closeFeedException,
  exceptionChangedOf,
  exceptionRaisedOf,
  openFeedException,
  saveFeedHealth,
  type FeedHealth,
  type OrderProcess,
} from "@crossdock/processes";
import type { Clock, Logger } from "@crossdock/runtime";
import type { FeedEar } from "./feed-ear.ts";
import type { FeedMetrics } from "./feed-metrics.ts";

/** A feed, and how long it may be silent before a person has to know. */
export type WatchedFeed = {
  /** e.g. `wms-shipment` */
  readonly name: string;
  readonly source: string;
  readonly silentAfterMs: number;
  readonly ear: FeedEar;
};

/**
 * Opens an exception when nothing is heard of a feed for too long, and closes it when it is heard again.
 * Writes down what is heard of every feed, for who shows the health of the sources.
 */
export interface SilenceWatch {
  start(): void;
  stop(): Promise<void>;
}

export type SilenceWatchOptions = {
  readonly feeds: readonly WatchedFeed[];
  readonly ledger: Ledger;
  readonly process: OrderProcess;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: FeedMetrics;
  /** Whether a person has stopped what is asked of a source, which then is no silence; never when left out. */
  readonly isPaused?: (source: string) => boolean;
};

const MAX_LOOK_MS = 2_000;
/** A silence is noticed within this part of the time that it may last. */
const LOOKS_PER_SILENCE = 8;
const HEALTH_EVERY_MS = 10_000;

export function createSilenceWatch(options: SilenceWatchOptions): SilenceWatch {
  const { feeds, ledger, process, clock, logger, metrics } = options;
  const stopping = new AbortController();
  const lookMs = Math.min(
    MAX_LOOK_MS,
    ...feeds.map(({ silentAfterMs }) => silentAfterMs / LOOKS_PER_SILENCE),
  );
  /** Feeds of which an exception is known to be open or closed; an earlier process may have left one open. */
  const isOpen = new Map<string, boolean>();
  /** When a feed was last found to be paused. */
  const pausedAtMs = new Map<string, number>();
  let running: Promise<void> = Promise.resolve();
  let healthDueAtMs = 0;
  let written = new Map<string, string>();

  const raise = async ({ name: feed, source, ear }: WatchedFeed) => {
    const correlationId = randomUUID();
    await ledger.transaction(async (trx) => {
      const heardAt = instantOf(new Date(ear.heardAtMs));
      const silent = { feed, source, heardAt, lastFailure: ear.lastFailure };
      const exception = await openFeedException(trx, silent, { at: clock.now(), correlationId });
      if (exception === null) return;
      const trace = { correlationId, causationId: null };
      await process.apply(trx, [], [exceptionRaisedOf(exception)], trace);
    });
    logger.warn({ feed, source, heardAt: ear.health().heardAt }, "a feed is silent");
  };

  const close = async (feed: string) => {
    await ledger.transaction(async (trx) => {
      const exception = await closeFeedException(trx, feed, clock.now());
      if (exception === null) return;
      const trace = { correlationId: exception.correlationId, causationId: null };
      await process.apply(trx, [], [exceptionChangedOf(exception, "CLOSED")], trace);
    });
  };

  const look = async (watched: WatchedFeed) => {
    const { name, source, silentAfterMs, ear } = watched;
    if (options.isPaused?.(source) === true) {
      pausedAtMs.set(name, clock.nowMs());
      return;
    }
    // What was silent before the pause is so until it is heard.
    const restedUntilMs = isOpen.get(name) === true ? 0 : (pausedAtMs.get(name) ?? 0);
    const isSilent = clock.nowMs() - Math.max(ear.heardAtMs, restedUntilMs) > silentAfterMs;
    const { lagSeconds } = ear.health();
    metrics.health(name, { heardAtMs: ear.heardAtMs, lagSeconds, isSilent });
    if (isOpen.get(name) === isSilent || (!isSilent && !ear.wasHeard)) return;
    if (isSilent) await raise(watched);
    else await close(name);
    isOpen.set(name, isSilent);
  };

  const writeHealth = async () => {
    if (clock.nowMs() < healthDueAtMs) return;
    healthDueAtMs = clock.nowMs() + HEALTH_EVERY_MS;
    const now = new Map(feeds.map(({ name, ear }) => [name, ear.health()]));
    const changed = [...now].filter(([name, health]) => written.get(name) !== textOf(health));
    if (changed.length === 0) return;
    await ledger.transaction((trx) =>
      saveFeedHealth(
        trx,
        changed.map(([, health]) => health),
      ),
    );
    written = new Map([...now].map(([name, health]) => [name, textOf(health)]));
  };

  const run = async () => {
    const { signal } = stopping;
    while (!signal.aborted) {
      try {
        for (const watched of feeds) await look(watched);
        await writeHealth();
      } catch (error) {
        if (signal.aborted) return;
        logger.warn({ err: error }, "the health of the feeds could not be written, tried again");
      }
      await sleep(lookMs, null, { signal }).catch(() => undefined);
    }
  };

  return {
    start() {
      running = run();
    },
    async stop() {
      stopping.abort(new Error("The watch over the feeds stops."));
      await running;
    },
  };
}

function textOf({ heardAt, lastEventAt, lagSeconds }: FeedHealth): string {
  return `${heardAt} ${String(lastEventAt)} ${String(lagSeconds)}`;
}
