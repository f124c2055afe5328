/**
 * Rules that hold for every bulk read of every port:
 * - keys are distinct; at most `MAX_BATCH_KEYS`
 * - one entry per key, in key order; `null` where the source has no such document
 * - one call to the source however many keys, as far as its limits allow
 * @see SourceUnavailableError nothing was read, no partial answer
 */
export type BulkRead<Key, Document> = (
  keys: readonly Key[],
  signal: AbortSignal,
) => Promise<readonly (Document | null)[]>;

export const MAX_BATCH_KEYS = 200;

/** A slice of a listing that a source pages by itself. `next` goes into the following call. */
export type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null };
