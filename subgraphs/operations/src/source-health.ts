import type { FeedHealth } from "@crossdock/processes";
import { SOURCE_LANES, type SourceHealth } from "@crossdock/source-contract";
import type { OperationsDeps } from "./deps.ts";

/** A source as the operator knows it. */
export type ObservedSource = {
  /** Its name in `crossdock.yaml`. */
  readonly name: string;
  readonly kind: "ERP" | "WMS" | "FINANCE" | "TAX" | "CARRIER";
  /** The adapter that `crossdock.yaml` names. */
  readonly adapter: string;
  health(): SourceHealth;
};

/** A source as the API shows it. */
export type SourceHealthView = Awaited<ReturnType<typeof readSourceHealth>>[number];

/** Every source with what this process sees of it and what its feeds have told; asks no source. */
export async function readSourceHealth({
  sources,
  feedHealthBook,
  cacheHitRatio,
}: Pick<OperationsDeps, "sources" | "feedHealthBook" | "cacheHitRatio">) {
  const feeds = await feedHealthBook.readFeeds();
  return sources.map(({ name, kind, adapter, health }) => ({
    name,
    kind,
    adapter,
    cacheHitRatio: cacheHitRatio(name),
    ...told(feeds.filter(({ source }) => source === name)),
    ...shown(health()),
  }));
}

function shown({ lanes, ...health }: SourceHealth) {
  return { ...health, lanes: SOURCE_LANES.map((lane) => ({ lane, ...lanes[lane] })) };
}

/** The newest of all feeds of a source, and the lag of the one that lags most. */
function told(feeds: readonly FeedHealth[]) {
  const lastEventAt = feeds
    .map((feed) => feed.lastEventAt)
    .filter((at) => at !== null)
    .sort()
    .at(-1);
  const lags = feeds.map(({ lagSeconds }) => lagSeconds).filter((lag) => lag !== null);
  return {
    lastEventAt: lastEventAt ?? null,
    changeFeedLagSeconds: lags.length === 0 ? null : Math.max(...lags),
  };
}
