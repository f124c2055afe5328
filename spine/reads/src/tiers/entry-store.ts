import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import type { L1CacheDriver } from "bentocache/types";
import type { Entry } from "../entry.ts";
import type { RedisTier } from "./redis-tier.ts";

/** Entries in memory; the least recently used one goes. docs/decisions/0022-read-cache.md says what that takes. */
export const MAX_ENTRIES = 50_000;
/** Redis is left alone for so long after an operation of it failed. */
const REDIS_REST_MS = 1_000;
const PREFIX = "crossdock:reads";
/** What others have told of newer is served all the same when that newer one cannot be had. */
const HOWEVER_OLD = "1d";

/** Where entries are kept: memory, and Redis beside it when there is one. Nothing here throws when Redis is away. */
export interface EntryStore {
  /** @returns what this process remembers; nothing when another process has told of a newer one */
  recall(name: string): Entry<unknown> | undefined;
  /** As `recall`, of Redis; and of memory, whatever others have told, when Redis does not know. */
  recallShared(name: string): Promise<Entry<unknown> | undefined>;
  /** Keeps an entry that was read here, and tells other processes that it is there. @param forMs when it is forgotten */
  remember(name: string, entry: Entry<unknown>, forMs: number): Promise<void>;
  /** Keeps an entry in memory alone. */
  adopt(name: string, entry: Entry<unknown>, forMs: number): Promise<void>;
  close(): Promise<void>;
}

/** What bentocache puts into a driver that need not serialize. */
type Kept = { readonly value: Entry<unknown>; readonly logicalExpiration: number };

/**
 * Two stores of bentocache side by side and not its two tiers: with a second tier its first one must
 * hold text, which is parsed for every hit.
 */
export function createEntryStore(options: {
  readonly redis: RedisTier | null;
  readonly maxEntries?: number;
}): EntryStore {
  const { redis, maxEntries = MAX_ENTRIES } = options;
  const { factory, options: limits } = memoryDriver({ maxItems: maxEntries, serialize: false });
  let driver: L1CacheDriver | null = null;
  const memory = bentostore().useL1Layer({
    options: limits,
    factory: (config) => (driver = factory(config)),
  });
  const inMemory = new BentoCache({
    default: "memory",
    prefix: PREFIX,
    stores: { memory: redis === null ? memory : memory.useBus(redis.bus) },
  });
  inMemory.use(); // makes the driver
  const shared = redis === null ? null : openShared(redis);

  return {
    recall: (key) => {
      // Not by `get`, which would be most of what a hit costs.
      const kept = driver?.get(key) as Kept | undefined;
      return kept !== undefined && Date.now() < kept.logicalExpiration ? kept.value : undefined;
    },
    recallShared: async (key) => {
      if (shared === null) return undefined;
      const found = await shared.get<Entry<unknown>>({ key });
      return found ?? inMemory.get<Entry<unknown>>({ key, grace: HOWEVER_OLD });
    },
    remember: async (key, value, ttl) => {
      // Redis first: whoever is told of it looks there.
      await shared?.set({ key, value, ttl });
      await inMemory.set({ key, value, ttl, grace: ttl });
    },
    adopt: async (key, value, ttl) => {
      await inMemory.set({ key, value, ttl, grace: ttl, skipBusNotify: true });
    },
    close: async () => {
      await Promise.all([inMemory.disconnectAll(), shared?.disconnectAll()]);
      await redis?.close();
    },
  };
}

function openShared({ driver }: RedisTier) {
  return new BentoCache({
    default: "shared",
    prefix: PREFIX,
    suppressL2Errors: true,
    l2CircuitBreakerDuration: REDIS_REST_MS,
    stores: { shared: bentostore().useL2Layer(driver) },
  });
}
