import type { Instant } from "@crossdock/domain";
import type { ReadsTaken } from "@crossdock/runtime";

/** What an answer took, as the client reads it in `extensions.cost`. */
export type ToldCost = {
  /** What the operation may cost, `null` for an event: see `PointsOf`. */
  readonly points: number | null;
  /** Calls to the ERP, the warehouse and finance that were made for this answer alone. */
  readonly sourceCalls: number;
  /** Values that are in the answer without their source having been asked. */
  readonly cached: number;
  /** Values that are the last ones known, because their source could not be asked. */
  readonly stale: number;
};

/** One source that could not be asked, as the client reads it in `extensions.stale`. */
export type ToldStale = {
  /** As in `provenance.source`. */
  readonly source: string;
  /** When the source told the oldest of what is shown of it. */
  readonly since: Instant;
  /** For people. */
  readonly message: string;
};

export function toldCost(points: number | null, reads: ReadsTaken): ToldCost {
  const { sourceCalls, cached, stale } = reads;
  return { points, sourceCalls, cached, stale };
}

/** @returns one note a source, by its name; none when nothing is stale */
export function toldStale({ staleSince }: ReadsTaken): readonly ToldStale[] {
  return [...staleSince]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([source, since]) => ({
      source,
      since,
      message: `${source} does not answer now. What you see of it is the last that we know, the oldest of it from ${since}.`,
    }));
}
