import type { SourceName } from "@crossdock/sandbox";
import { readMetric } from "../../src/metrics.ts";
import type { Stack } from "../../src/stack.ts";

export const COUNTED_SOURCES = ["erp", "wms", "finance"] as const satisfies readonly SourceName[];
export type CountedSource = (typeof COUNTED_SOURCES)[number];

/** What each source was asked since the counting began, and how much of it was refused. */
export type SourceCount = {
  readonly calls: number;
  /** Answered 429 by the source. */
  readonly refusedThere: number;
  /** Refused by the program's own budget, and never sent. */
  readonly heldBack: number;
};
export type SourceCounts = Readonly<Record<CountedSource, SourceCount>>;

/** Begins to count. @returns what was counted until it is called */
export async function countCalls(stack: Stack): Promise<() => Promise<SourceCounts>> {
  const before = await heldBack(stack);
  await stack.sandbox.resetCalls();
  return async () => {
    const [calls, after] = await Promise.all([stack.sandbox.calls(), heldBack(stack)]);
    const countOf = (source: CountedSource): SourceCount => ({
      calls: calls[source].total,
      refusedThere: calls[source].rejected,
      heldBack: after[source] - before[source],
    });
    return { erp: countOf("erp"), wms: countOf("wms"), finance: countOf("finance") };
  };
}

async function heldBack(stack: Stack): Promise<Readonly<Record<CountedSource, number>>> {
  const of = (source: CountedSource) =>
    readMetric(stack.url, "crossdock_source_lane_refused_total", { source });
  const [erp, wms, finance] = await Promise.all([of("erp"), of("wms"), of("finance")]);
  return { erp, wms, finance };
}
