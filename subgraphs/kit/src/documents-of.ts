import type { CachedRead, Wish } from "@crossdock/reads";
import type { BatchLoad } from "./batch-loader.ts";

/** A read for whoever does not show how fresh its documents are; the request's tally knows. */
export function documentsOf<Key, Document>(
  read: CachedRead<Key, Document>,
  wish: Wish,
): BatchLoad<Key, Document> {
  return async (keys) =>
    (await read(keys, wish)).map((found) =>
      found === null || found instanceof Error ? found : found.document,
    );
}
