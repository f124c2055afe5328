import { MAX_BATCH_KEYS } from "@crossdock/source-contract";
import DataLoader from "dataloader";

/** A bulk read whose entries may be errors of their own key. One entry per key, in key order. */
export type BatchLoad<Key, Value> = (
  keys: readonly Key[],
  signal: AbortSignal,
) => Promise<readonly (Value | Error | null)[]>;

export type BatchLoader<Key, Value> = DataLoader<Key, Value | null, string>;

/**
 * Collects the keys that are asked for in the same turn into one bulk read; a key is read once per
 * request. A chunk that fails, fails its own keys only.
 * @param options.maxBatchSize keys per bulk read; more are read in several, side by side
 * @param options.keyOf names a key that is not text
 */
export function createBatchLoader<Key, Value>(options: {
  readonly load: BatchLoad<Key, Value>;
  readonly signal: AbortSignal;
  readonly maxBatchSize?: number;
  readonly keyOf?: (key: Key) => string;
}): BatchLoader<Key, Value> {
  const { load, signal, maxBatchSize = MAX_BATCH_KEYS, keyOf = String } = options;
  return new DataLoader<Key, Value | null, string>(
    async (keys) => {
      signal.throwIfAborted();
      return load(keys, signal);
    },
    { maxBatchSize, cacheKeyFn: keyOf },
  );
}

/** Tells the documents in an answer of `loadMany` from what is not there or could not be read. */
export function isLoaded<Value extends object>(entry: Value | Error | null): entry is Value {
  return entry !== null && !(entry instanceof Error);
}
