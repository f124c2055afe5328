import type { Instant } from "./time.ts";

export type Freshness = "LIVE" | "CACHED" | "STALE";

/** Where a value came from and how old it is. */
export type Provenance = {
  readonly source: string;
  readonly asOf: Instant;
  readonly freshness: Freshness;
};
