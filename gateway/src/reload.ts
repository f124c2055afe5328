import { instantOf } from "@crossdock/domain";
import type { Instant } from "@crossdock/domain";
import type { Logger } from "@crossdock/runtime";
import { createInspectionThread } from "./composition/inspection-thread.ts";
import type { Inspection } from "./composition/inspect.ts";
import { SupergraphRefusedError } from "./composition/supergraph-refused-error.ts";
import type { Federation } from "./execution/federation.ts";
import { servingFacts } from "./execution/serving-facts.ts";
import { loadSnapshot } from "./execution/snapshot.ts";
import { versionOf } from "./execution/supergraph-version.ts";
import type { SubgraphTransport } from "./execution/transport.ts";
import type { EventStreams } from "./subscriptions/event-streams.ts";
import type { SubscriptionsMoved } from "./subscriptions/moving.ts";
import type { Prepare } from "./subscriptions/prepare.ts";
import type { SupergraphMetrics } from "./supergraph-metrics.ts";

export type ReloadOptions = {
  /** A composed supergraph. */
  readonly supergraphSdl: string;
  /** The ways to its subgraphs, by name; those that are there already when left out. */
  readonly subgraphs?: Readonly<Record<string, SubgraphTransport>>;
};

export type ReloadReport = {
  readonly version: string;
  readonly outcome: "served" | "unchanged";
  /** What asks for less proof or fewer scopes than before, one sentence each. */
  readonly weakened: readonly string[];
  readonly subscriptions: SubscriptionsMoved;
};

/** Which supergraph is served, and which was to be and is not. */
export type SupergraphStatus = {
  readonly version: string;
  readonly servedSince: Instant;
  readonly lastRefused: {
    readonly version: string;
    readonly refusedAt: Instant;
    /** One sentence each. */
    readonly problems: readonly string[];
  } | null;
};

export interface Reloading {
  /** See `Gateway.reload`. */
  reload(options: ReloadOptions): Promise<ReloadReport>;
  /** See `Gateway.check`. */
  check(supergraphSdl: string): Promise<Inspection>;
  status(): SupergraphStatus;
  /** Gives up what is being inspected. */
  stop(): Promise<void>;
}

export type ReloadingParts = {
  readonly federation: Federation;
  readonly streams: EventStreams;
  readonly prepare: Prepare;
  readonly metrics: SupergraphMetrics;
  readonly logger: Logger;
};

/** Changes of the supergraph, one at a time, in the order in which they were asked for. */
export function createReloading(parts: ReloadingParts): Reloading {
  const { federation, streams, prepare, metrics, logger } = parts;
  const thread = createInspectionThread();
  let servedSince = instantOf(new Date());
  let lastRefused: SupergraphStatus["lastRefused"] = null;
  let last: Promise<unknown> = Promise.resolve();
  metrics.serving(federation.snapshot().version);

  function inspect({ supergraphSdl, subgraphs }: ReloadOptions): Promise<Inspection> {
    const served = federation.snapshot();
    return thread.inspect({
      ...servingFacts(subgraphs ?? served.subgraphs),
      supergraphSdl,
      servedSdl: served.supergraphSdl,
      operations: streams.running(),
    });
  }

  function refuse(version: string, problems: readonly string[]): SupergraphRefusedError {
    lastRefused = { version, refusedAt: instantOf(new Date()), problems };
    metrics.refused(version);
    metrics.reloadEnded("refused");
    logger.warn({ version, problems }, "a supergraph is refused; the one before is served on");
    return new SupergraphRefusedError(version, problems);
  }

  async function serve(options: ReloadOptions): Promise<ReloadReport> {
    const { supergraphSdl } = options;
    const served = federation.snapshot();
    const version = versionOf(supergraphSdl);
    if (version === served.version && options.subgraphs === undefined) {
      metrics.reloadEnded("unchanged");
      return { version, outcome: "unchanged", weakened: [], subscriptions: NONE_MOVED };
    }
    const { problems, weakened } = await inspect(options);
    if (problems.length > 0) throw refuse(version, problems);
    const subgraphs = options.subgraphs ?? served.subgraphs;
    const next = await loadSnapshot({ supergraphSdl, subgraphs, logger }).catch(
      (error: unknown) => {
        throw refuse(version, [String(error)]);
      },
    );
    federation.serve(next);
    servedSince = instantOf(new Date());
    const subscriptions = streams.move(prepare);
    metrics.serving(version);
    metrics.reloadEnded("served");
    logger.info({ version, subscriptions }, "another supergraph is served");
    if (weakened.length > 0) logger.warn({ version, weakened }, "the supergraph guards less");
    return { version, outcome: "served", weakened, subscriptions };
  }

  return {
    reload: (options) => {
      const turn = last.then(() => serve(options));
      last = turn.catch(() => undefined);
      return turn;
    },
    check: (supergraphSdl) => inspect({ supergraphSdl }),
    status: () => ({ version: federation.snapshot().version, servedSince, lastRefused }),
    stop: () => thread.stop(),
  };
}

const NONE_MOVED: SubscriptionsMoved = { kept: 0, reopened: 0, ended: 0 };
