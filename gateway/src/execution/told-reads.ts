import type { Instant, Viewer } from "@crossdock/domain";
import type { ReadsTaken } from "@crossdock/runtime";

/** What an answer took, as the client reads it in `extensions.cost`. */
export type ToldCost = {
  /** What the operation may cost, `null` for an event: see `PointsOf`. */
  readonly points: number | null;
  /** Calls to sources that were made for this answer alone. */
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

/** One source of which something is left out, as the client reads it in `extensions.missing`. */
export type ToldMissing = {
  readonly source: string;
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

/** @returns one note a source, by its name; none when nothing is left out */
export function toldMissing({ missing }: ReadsTaken): readonly ToldMissing[] {
  return [...missing].sort().map((source) => ({
    source,
    message: `${source} does not answer now, and nothing is known: what it would tell is left out.`,
  }));
}

/**
 * Whether what was read for an answer could tell what the answer itself does not: that a thing of another account
 * exists. Looking for what does not exist takes other reads than looking at what may not be seen, and both are null.
 */
export function couldHint(
  data: Readonly<Record<string, unknown>> | null,
  kind: "query" | "mutation" | "subscription",
  viewer: Viewer | null,
): boolean {
  if (viewer?.customers === "all") return false;
  return kind === "mutation" || data === null || Object.values(data).includes(null);
}
