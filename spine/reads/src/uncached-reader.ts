import { countingCalls } from "@crossdock/runtime";
import type { CachedRead, Sourced } from "./cached-read.ts";
import type { ReaderDeps, ReaderOptions } from "./reader.ts";

/** Asks the source for each key alone, every time: what reads would cost without batches and without a cache. */
export function createUncachedReader<Key, Document>(
  { name, source, read }: ReaderOptions<Key, Document>,
  { counters, clock }: Pick<ReaderDeps, "counters" | "clock">,
): CachedRead<Key, Document> {
  return (keys, { signal, tally }) =>
    Promise.all(
      keys.map(async (key): Promise<Sourced<Document> | Error | null> => {
        const provenance = { source, asOf: clock.now(), freshness: "LIVE" } as const;
        counters.load(name, 1);
        counters.count({ name, source }, "miss");
        try {
          const [document] = await countingCalls(tally, () => read([key], signal));
          if (document === undefined || document === null) return null;
          return document instanceof Error ? document : { document, provenance };
        } catch (error) {
          signal.throwIfAborted();
          return error instanceof Error ? error : new Error(String(error));
        }
      }),
    );
}
