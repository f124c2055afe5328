import type { Metrics } from "@crossdock/runtime";
import { Counter, Gauge } from "prom-client";

/** What ingest counts, by feed. */
export interface FeedMetrics {
  swept(feed: string, outcome: "done" | "failed"): void;
  /** Whether what the source held before we listened is in the books. */
  historyLoaded(feed: string, isLoaded: boolean): void;
  /** Records that had to wait for their orders, and how the waiting ended. */
  parked(feed: string, outcome: "parked" | "released" | "timed-out", records: number): void;
  /** How many wait now. */
  waiting(feed: string, records: number): void;
  /** @param heardAtMs since 1970 @param lagSeconds `null` before anything was recorded */
  health(
    feed: string,
    health: {
      readonly heardAtMs: number;
      readonly lagSeconds: number | null;
      readonly isSilent: boolean;
    },
  ): void;
}

const MS_PER_SECOND = 1_000;

export function createFeedMetrics(registry: Metrics): FeedMetrics {
  const registers = [registry];
  const sweeps = new Counter({
    name: "crossdock_feed_sweeps_total",
    help: "Sweeps of the feeds of the sources, by feed and how they ended.",
    labelNames: ["feed", "outcome"],
    registers,
  });
  const loaded = new Gauge({
    name: "crossdock_feed_history_loaded",
    help: "0 while the books are filled with what a source held before, 1 from then on.",
    labelNames: ["feed"],
    registers,
  });
  const parked = new Counter({
    name: "crossdock_feed_parked_total",
    help: "Records that came before their orders: parked, released with them, or timed out without.",
    labelNames: ["feed", "outcome"],
    registers,
  });
  const waiting = new Gauge({
    name: "crossdock_feed_parked_records",
    help: "Records that wait for their orders now.",
    labelNames: ["feed"],
    registers,
  });
  const heardAt = new Gauge({
    name: "crossdock_feed_heard_timestamp_seconds",
    help: "When a feed was heard last: a notification, or a sweep that was answered to its end.",
    labelNames: ["feed"],
    registers,
  });
  const lag = new Gauge({
    name: "crossdock_feed_lag_seconds",
    help: "From when the newest record changed at its source until it was in the book.",
    labelNames: ["feed"],
    registers,
  });
  const silent = new Gauge({
    name: "crossdock_feed_silent",
    help: "1 while nothing is heard of a feed for longer than it may be silent.",
    labelNames: ["feed"],
    registers,
  });
  return {
    swept: (feed, outcome) => sweeps.inc({ feed, outcome }),
    historyLoaded: (feed, isLoaded) => loaded.set({ feed }, isLoaded ? 1 : 0),
    parked: (feed, outcome, records) => parked.inc({ feed, outcome }, records),
    waiting: (feed, records) => waiting.set({ feed }, records),
    health(feed, { heardAtMs, lagSeconds, isSilent }) {
      heardAt.set({ feed }, heardAtMs / MS_PER_SECOND);
      if (lagSeconds !== null) lag.set({ feed }, lagSeconds);
      silent.set({ feed }, isSilent ? 1 : 0);
    },
  };
}
