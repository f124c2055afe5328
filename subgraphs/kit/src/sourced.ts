import type { Instant, Provenance } from "@crossdock/domain";
import {
  SourceAccessError,
  SourceRateLimitedError,
  SourceUnavailableError,
  type BulkRead,
} from "@crossdock/source-contract";
import type { Clock } from "@crossdock/runtime";
import type { BatchLoad } from "./batch-loader.ts";

/** A document and how fresh it is. */
export type Sourced<Document> = { readonly document: Document; readonly provenance: Provenance };

/** What a book remembers of a document that the source told once. */
export type Remembered<Document> = { readonly document: Document; readonly seenAt: Instant };

export function liveProvenance(source: string, clock: Clock): Provenance {
  return { source, asOf: clock.now(), freshness: "LIVE" };
}

/** @param seenAt when the source told what is served now */
export function staleProvenance(source: string, seenAt: Instant): Provenance {
  return { source, asOf: seenAt, freshness: "STALE" };
}

/** The source cannot answer now: what is known may be served in its place. */
export function isSourceDown(error: unknown): error is Error {
  return (
    error instanceof SourceUnavailableError ||
    error instanceof SourceRateLimitedError ||
    error instanceof SourceAccessError
  );
}

/**
 * Reads the source; when it does not answer, what is remembered takes its place, marked STALE.
 * @param options.recall one entry per key, in key order; `null` where nothing is remembered, and
 * those keys get the source's error
 */
export function liveOrRemembered<Key, Document>(options: {
  readonly source: string;
  readonly read: BulkRead<Key, Document>;
  readonly recall?: (keys: readonly Key[]) => Promise<readonly (Remembered<Document> | null)[]>;
  readonly clock: Clock;
}): BatchLoad<Key, Sourced<Document>> {
  const { source, read, recall, clock } = options;
  return async (keys, signal) => {
    try {
      const documents = await read(keys, signal);
      const provenance = liveProvenance(source, clock);
      return documents.map((document) => (document === null ? null : { document, provenance }));
    } catch (error) {
      if (recall === undefined || !isSourceDown(error)) throw error;
      const remembered = await recall(keys);
      return remembered.map((known) =>
        known === null
          ? error
          : { document: known.document, provenance: staleProvenance(source, known.seenAt) },
      );
    }
  };
}
