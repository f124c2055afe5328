import { randomUUID } from "node:crypto";
import type { Subject } from "@crossdock/domain";
import type { Clock, Logger, Metrics } from "@crossdock/runtime";
import type { CachedRead } from "./cached-read.ts";
import { Expiries } from "./expiries.ts";
import { createReadCounters } from "./read-counters.ts";
import { createReader, type ReaderOptions } from "./reader.ts";
import { createUncachedReader } from "./uncached-reader.ts";
import { createEntryStore } from "./tiers/entry-store.ts";
import type { OpenTier } from "./tiers/redis-at.ts";

/** What sources told, kept for all requests of this process, and through Redis for all processes. */
export interface ReadCache {
  /** A named read through the cache. Readers of one name share what they keep; their documents are the same. */
  reader<Key, Document>(options: ReaderOptions<Key, Document>): CachedRead<Key, Document>;
  /**
   * Something happened to these subjects: from here on no read of this process is answered with what was read before,
   * unless as STALE, while the source does not answer. Reads that are under way count as before.
   */
  expire(subjects: Iterable<Subject>): void;
  /** Of the keys that were asked for in the last five minutes; `null` when none was. @returns 0 to 1 */
  hitRatio(source: string): number | null;
  close(): Promise<void>;
}

/** @param options.redis see `redisAt`; `null`: memory alone */
export function createReadCache(options: {
  readonly redis: OpenTier | null;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly maxEntries?: number;
  /** `false`: every key is a call of its own and nothing is kept, for a measurement of what that costs. */
  readonly keeps?: boolean;
}): ReadCache {
  const { redis, clock, logger, metrics, keeps = true, ...limits } = options;
  const store = createEntryStore({ redis: redis?.(logger) ?? null, ...limits });
  const expiries = new Expiries({ process: randomUUID(), startedAtMs: clock.nowMs() });
  const counters = createReadCounters(metrics, clock);
  return {
    reader: (readerOptions) =>
      keeps
        ? createReader(readerOptions, { store, expiries, counters, clock })
        : createUncachedReader(readerOptions, { counters, clock }),
    expire: (subjects) => {
      expiries.expire(subjects, clock.nowMs());
    },
    hitRatio: (source) => counters.hitRatio(source),
    close: () => store.close(),
  };
}
