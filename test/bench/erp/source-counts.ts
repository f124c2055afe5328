import type { SourceName } from "@crossdock/sandbox";
import { readMetric } from "../../src/metrics.ts";
import type { Stack } from "../../src/stack.ts";

export const COUNTED_SOURCES = ["erp", "wms", "finance"] as const satisfies readonly SourceName[];
export type CountedSource = (typeof COUNTED_SOURCES)[number];

/** What each source was asked since the counting began, and how much of it was refused. */
export type SourceCount = {
  readonly calls: number;
  /** Those of `calls` that the feeds made, which go on while nobody looks at anything. */
  readonly byFeeds: number;
  /** Answered 429 by the source. */
  readonly refusedThere: number;
  /** Refused by the program's own budget, and never sent. */
  readonly heldBack: number;
};
export type SourceCounts = Readonly<Record<CountedSource, SourceCount>>;

/** Begins to count. @returns what was counted until it is called */
export async function countCalls(stack: Stack): Promise<() => Promise<SourceCounts>> {
  const before = await readProgram(stack);
  await stack.sandbox.resetCalls();
  return async () => {
    const [calls, after] = await Promise.all([stack.sandbox.calls(), readProgram(stack)]);
    const countOf = (source: CountedSource): SourceCount => ({
      calls: calls[source].total,
      refusedThere: calls[source].rejected,
      byFeeds: after[source].byFeeds - before[source].byFeeds,
      heldBack: after[source].heldBack - before[source].heldBack,
    });
    return { erp: countOf("erp"), wms: countOf("wms"), finance: countOf("finance") };
  };
}

const FEED_LANES = ["feed", "masterData"] as const;

/** What the program itself counts since its start. */
async function readProgram(
  stack: Stack,
): Promise<Readonly<Record<CountedSource, Pick<SourceCount, "byFeeds" | "heldBack">>>> {
  const of = async (source: CountedSource) => {
    const [heldBack, ...byLane] = await Promise.all([
      readMetric(stack.url, "crossdock_source_lane_refused_total", { source }),
      // Each call that was sent has waited for its turn, if for no time.
      ...FEED_LANES.map((lane) =>
        readMetric(stack.url, "crossdock_source_wait_seconds_count", { source, lane }),
      ),
    ]);
    return { heldBack, byFeeds: byLane.reduce((sum, calls) => sum + calls, 0) };
  };
  const [erp, wms, finance] = await Promise.all([of("erp"), of("wms"), of("finance")]);
  return { erp, wms, finance };
}
