import type { Metrics } from "@crossdock/runtime";
import { Counter } from "prom-client";

/** A counter of prom-client without its writing of the labels as text, and looking them up, each time that it counts. */
export interface PendingCounts<Label extends string> {
  /**
   * The count of these labels: add to `pending`. Whoever counts often keeps it.
   * @param key stands for the labels: equal ones have the same
   */
  of(key: string, labels: Readonly<Record<Label, string>>): PendingCount;
}

export type PendingCount = {
  /** What is counted since the metrics were read last. */
  pending: number;
};

export type PendingCountsOptions<Label extends string> = {
  readonly name: string;
  readonly help: string;
  /** Of few values each: what was counted once is kept. */
  readonly labelNames: readonly Label[];
  readonly registry: Metrics;
};

/** Hands over to prom-client what was counted when the metrics are read. */
export function createPendingCounts<Label extends string>(
  options: PendingCountsOptions<Label>,
): PendingCounts<Label> {
  const { name, help, labelNames, registry } = options;
  const counts = new Map<string, PendingCount & { readonly labels: Record<Label, string> }>();
  const counter = new Counter({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    collect: () => {
      for (const count of counts.values()) {
        counter.inc(count.labels, count.pending);
        count.pending = 0;
      }
    },
  });
  return {
    of: (key, labels) => {
      const known = counts.get(key);
      if (known !== undefined) return known;
      const fresh = { labels: { ...labels }, pending: 0 };
      counts.set(key, fresh);
      return fresh;
    },
  };
}
