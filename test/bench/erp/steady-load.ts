import { tally, type Tally } from "../outage/tally.ts";
import type { PortalAnswers, ToldCost } from "./portal-answers.ts";
import type { PortalKind } from "./portal-mix.ts";
import type { Portal } from "./portal.ts";
import {
  countCalls,
  COUNTED_SOURCES,
  type CountedSource,
  type SourceCounts,
} from "./source-counts.ts";

/** One time of steady looks, and what they asked of the sources. */
export type SteadyLoad = {
  readonly times: number;
  readonly perSecond: number;
  readonly tally: Tally;
  readonly byKind: ReadonlyMap<PortalKind, Tally>;
  /** Answered without an error, of those from the first look until the last answer. */
  readonly donePerSecond: number;
  /** Of a hundred values with a provenance. */
  readonly stalePercent: number;
  readonly cost: ToldCost;
  readonly counts: SourceCounts;
  /** Those that the looks made, and not the feeds. */
  readonly callsPerThousand: Readonly<Record<CountedSource, number>>;
  /** What the feeds called beside them. */
  readonly feedCallsPerSecond: Readonly<Record<CountedSource, number>>;
  readonly client: Pick<PortalAnswers, "lagMs" | "clientCpu">;
};

const MS_PER_SECOND = 1_000;
const THOUSAND = 1_000;
const HUNDRED = 100;

/** @param times of `base` looks a second */
export async function measureSteadyLoad(
  portal: Portal,
  { base, times, seconds, seed }: { base: number; times: number; seconds: number; seed: number },
): Promise<SteadyLoad> {
  const counted = await countCalls(portal.stack);
  const { looks, tookMs, lagMs, clientCpu } = await portal.look(base * times, seconds, seed);
  const counts = await counted();
  const tookSeconds = tookMs / MS_PER_SECOND;
  const done = looks.filter(({ code }) => code === "OK").length;
  const kinds = new Set(looks.map(({ kind }) => kind));
  const freshness = looks.map((look) => look.freshness);
  const values = sumOf(freshness.flatMap((told) => Object.values(told)));
  const stale = sumOf(freshness.map((told) => told["STALE"] ?? 0));
  return {
    times,
    perSecond: base * times,
    tally: tally(looks),
    byKind: new Map(
      [...kinds].map((kind) => [kind, tally(looks.filter((look) => look.kind === kind))]),
    ),
    donePerSecond: done / tookSeconds,
    stalePercent: values === 0 ? 0 : (stale / values) * HUNDRED,
    cost: {
      points: sumOf(looks.map(({ cost }) => cost.points)),
      sourceCalls: sumOf(looks.map(({ cost }) => cost.sourceCalls)),
      cached: sumOf(looks.map(({ cost }) => cost.cached)),
      stale: sumOf(looks.map(({ cost }) => cost.stale)),
    },
    counts,
    callsPerThousand: bySource(
      (source) => ((counts[source].calls - counts[source].byFeeds) / looks.length) * THOUSAND,
    ),
    feedCallsPerSecond: bySource((source) => counts[source].byFeeds / tookSeconds),
    client: { lagMs, clientCpu },
  };
}

function bySource(of: (source: CountedSource) => number): Readonly<Record<CountedSource, number>> {
  const [erp, wms, finance] = COUNTED_SOURCES.map(of);
  return { erp: erp ?? 0, wms: wms ?? 0, finance: finance ?? 0 };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
