import type { Ledger } from "@crossdock/ledger";

/** Some gauges whose values are in the ledger. */
export interface GaugeReader {
  /** Reads with a fixed number of statements, each with an index and a bound, and sets the gauges. */
  read(db: Ledger["db"], nowMs: number, signal: AbortSignal): Promise<void>;
}

const MS_PER_SECOND = 1_000;

/** @returns 0 where nothing waits */
export function ageSeconds(since: Date | null, nowMs: number): number {
  return since === null ? 0 : Math.max(0, (nowMs - since.getTime()) / MS_PER_SECOND);
}
