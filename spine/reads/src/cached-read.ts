import type { Instant, Provenance } from "@crossdock/domain";
import {
  SourceAccessError,
  SourceRateLimitedError,
  SourceUnavailableError,
} from "@crossdock/source-contract";
import type { ReadTally } from "@crossdock/runtime";

/** A document and how fresh it is. */
export type Sourced<Document> = { readonly document: Document; readonly provenance: Provenance };

/** What a book remembers of a document that the source told once. */
export type Remembered<Document> = { readonly document: Document; readonly seenAt: Instant };

/** How a request wants something read. */
export type Wish = {
  /** Whoever gives up stops waiting; a read that others wait for too goes on. */
  readonly signal: AbortSignal;
  /** The source is asked again for what is older; at least `MIN_AGE_MS`. `null`: as old as the reader allows. */
  readonly maxAgeMs: number | null;
  /** Counts what came without asking a source, and the calls of the reads that this request began. */
  readonly tally: ReadTally;
};

/**
 * Reads through the cache: one entry per key, in key order; `null` where the source has no such document, an error
 * where nothing is known and the source could not be asked. It rejects only when `wish.signal` is aborted.
 *
 * - LIVE: the source was asked for this request, alone or together with others;
 * - CACHED: asked before, and not longer ago than the reader allows;
 * - STALE: the source did not answer, or not in time; `asOf` says when it did last.
 */
export type CachedRead<Key, Document> = (
  keys: readonly Key[],
  wish: Wish,
) => Promise<readonly (Sourced<Document> | Error | null)[]>;

/** The source cannot answer now: what is known may be served in its place. */
export function isSourceDown(error: unknown): error is Error {
  return (
    error instanceof SourceUnavailableError ||
    error instanceof SourceRateLimitedError ||
    error instanceof SourceAccessError
  );
}
