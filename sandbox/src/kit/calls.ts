import { SOURCE_NAMES, type SourceName } from "./source.ts";

type Counts = { total: number; byOperation: Record<string, number>; rejected: number };

/** Counts every HTTP call per source. A `$batch` is one call, however many parts it carries. */
export interface CallCounter {
  count(source: SourceName, operation: string): void;
  /** A call that the vendor refused for load, mostly by 429: by its limits, a profile or a fault. */
  reject(source: SourceName): void;
  snapshot(): Record<SourceName, Counts>;
  reset(): void;
}

export function createCallCounter(): CallCounter {
  let counts = empty();
  return {
    count(source, operation) {
      const of = counts[source];
      of.total += 1;
      of.byOperation[operation] = (of.byOperation[operation] ?? 0) + 1;
    },
    reject(source) {
      counts[source].rejected += 1;
    },
    snapshot: () => structuredClone(counts),
    reset() {
      counts = empty();
    },
  };
}

function empty(): Record<SourceName, Counts> {
  return Object.fromEntries(
    SOURCE_NAMES.map((name) => [name, { total: 0, byOperation: {}, rejected: 0 }]),
  ) as Record<SourceName, Counts>;
}
