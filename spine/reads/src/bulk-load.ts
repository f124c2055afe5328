import { MAX_BATCH_KEYS, SourceUnavailableError } from "@crossdock/source-contract";
import DataLoader from "dataloader";

/** A bulk read whose entries may be errors of their own key. One entry per key, in key order. */
export type BulkLoad<Key, Document> = (
  keys: readonly Key[],
  signal: AbortSignal,
) => Promise<readonly (Document | Error | null)[]>;

/** One bulk read, for all who wait for it. No caller's signal ends it. */
export const READ_DEADLINE_MS = 20_000;

/**
 * Collects the keys that all requests together ask for in one turn of the event loop into bulk reads of at most
 * `MAX_BATCH_KEYS` distinct keys. A bulk read that fails, fails its own keys only.
 * @param options.gatherMs how long keys are collected instead, when nobody waits for them
 * @param options.onLoad is told of each bulk read that is sent off
 */
export function createBulkLoad<Key, Document>(options: {
  readonly name: string;
  readonly source: string;
  readonly read: BulkLoad<Key, Document>;
  readonly keyOf: (key: Key) => string;
  readonly onLoad: (keys: number) => void;
  readonly gatherMs?: number;
}): (key: Key) => Promise<Document | null> {
  const { name, source, read, keyOf, onLoad, gatherMs } = options;
  const readInTime = async (keys: readonly Key[]) => {
    const deadline = AbortSignal.timeout(READ_DEADLINE_MS);
    try {
      return await read(keys, deadline);
    } catch (error) {
      if (!deadline.aborted) throw error;
      const detail = `no answer within ${String(READ_DEADLINE_MS)} ms`;
      throw new SourceUnavailableError(source, name, detail);
    }
  };
  const loader = new DataLoader<Key, Document | null>(
    async (asked) => {
      // A key can be asked for again before its first read is sent off, when its subject was expired between.
      const places = new Map<string, number>();
      const keys: Key[] = [];
      for (const key of asked) {
        const name = keyOf(key);
        if (places.has(name)) continue;
        places.set(name, keys.length);
        keys.push(key);
      }
      onLoad(keys.length);
      const found = await readInTime(keys);
      return asked.map((key) => found[places.get(keyOf(key)) ?? -1] ?? null);
    },
    {
      cache: false,
      maxBatchSize: MAX_BATCH_KEYS,
      batchScheduleFn: (send) => {
        if (gatherMs === undefined) setImmediate(send);
        else setTimeout(send, gatherMs).unref();
      },
    },
  );
  return (key) => loader.load(key);
}
