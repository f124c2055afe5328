import type { Clock, Metrics } from "@crossdock/runtime";
import { Counter } from "prom-client";

/**
 * What became of one key that was asked for: served from the cache, served too old because the source did not
 * answer, or answered by the source.
 */
export type ReadOutcome = "hit" | "stale" | "miss";

/** Minutes that `hitRatio` looks back, this one included. */
export const HIT_RATIO_MINUTES = 5;
const MINUTE_MS = 60_000;

export interface ReadCounters {
  count(reader: { readonly name: string; readonly source: string }, outcome: ReadOutcome): void;
  /** A bulk read is sent off. */
  load(reader: string, keys: number): void;
  /** How many of the keys that were asked for lately needed no answer of the source: 0 to 1; `null` when none was. */
  hitRatio(source: string): number | null;
}

type Minute = { readonly minute: number; hits: number; all: number };

export function createReadCounters(metrics: Metrics, clock: Clock): ReadCounters {
  const keys = new Counter({
    name: "crossdock_reads_total",
    help: "Keys that were read through the cache, by reader and outcome: hit, miss or stale.",
    labelNames: ["reader", "outcome"],
    registers: [metrics],
  });
  const loads = new Counter({
    name: "crossdock_read_loads_total",
    help: "Bulk reads that were sent to a source, by reader.",
    labelNames: ["reader"],
    registers: [metrics],
  });
  const loadedKeys = new Counter({
    name: "crossdock_read_loaded_keys_total",
    help: "Keys in those bulk reads, by reader.",
    labelNames: ["reader"],
    registers: [metrics],
  });
  const minutesOf = new Map<string, Minute[]>();
  const minuteNow = () => Math.floor(clock.nowMs() / MINUTE_MS);

  const recentOf = (source: string): Minute[] => {
    const oldest = minuteNow() - HIT_RATIO_MINUTES + 1;
    const recent = (minutesOf.get(source) ?? []).filter(({ minute }) => minute >= oldest);
    minutesOf.set(source, recent);
    return recent;
  };

  return {
    count({ name, source }, outcome) {
      keys.inc({ reader: name, outcome });
      const minute = minuteNow();
      let last = minutesOf.get(source)?.at(-1);
      if (last?.minute !== minute) {
        last = { minute, hits: 0, all: 0 };
        recentOf(source).push(last);
      }
      last.all += 1;
      if (outcome !== "miss") last.hits += 1;
    },
    load(reader, count) {
      loads.inc({ reader });
      loadedKeys.inc({ reader }, count);
    },
    hitRatio(source) {
      const recent = recentOf(source);
      const all = recent.reduce((sum, minute) => sum + minute.all, 0);
      return all === 0 ? null : recent.reduce((sum, minute) => sum + minute.hits, 0) / all;
    },
  };
}
