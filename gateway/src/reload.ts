import { setImmediate } from "node:timers/promises";
import { instantOf } from "@crossdock/domain";
import type { Instant } from "@crossdock/domain";
import type { Logger } from "@crossdock/runtime";
import { createInspectionThread } from "./composition/inspection-thread.ts";
import type { Inspected, Inspection } from "./composition/inspect.ts";
import { SupergraphRefusedError } from "./composition/supergraph-refused-error.ts";
import type { ServedSchemaTexts } from "./contracts/served-schemas.ts";
import type { Federation } from "./execution/federation.ts";
import { servingFacts } from "./execution/serving-facts.ts";
import { loadSnapshot } from "./execution/snapshot.ts";
import type { SupergraphSnapshot } from "./execution/snapshot.ts";
import { versionOf } from "./execution/supergraph-version.ts";
import type { SubgraphTransport } from "./execution/transport.ts";
import type { PlanOperation } from "./planning/plan-operation.ts";
import type { PlanningThread } from "./planning/planning-thread.ts";
import type { EventStreams } from "./subscriptions/event-streams.ts";
import type { SubscriptionsMoved } from "./subscriptions/moving.ts";
import type { Prepare, PrepareOn } from "./subscriptions/prepare.ts";
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
  readonly planning: PlanningThread;
  readonly streams: EventStreams;
  readonly prepare: PrepareOn;
  readonly metrics: SupergraphMetrics;
  readonly logger: Logger;
};

/** Operations that are planned for another supergraph before it is served: those that were used last. */
const MAX_PLANNED_AGAIN = 100;

/** Changes of the supergraph, one at a time, in the order in which they were asked for. */
export function createReloading(parts: ReloadingParts): Reloading {
  const { federation, planning, streams, prepare, metrics, logger } = parts;
  const thread = createInspectionThread();
  let servedSince = instantOf(new Date());
  let lastRefused: SupergraphStatus["lastRefused"] = null;
  let last: Promise<unknown> = Promise.resolve();
  metrics.serving(federation.snapshot().version);

  function inspect({ supergraphSdl, subgraphs }: ReloadOptions): Promise<Inspected> {
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

  async function load(
    { supergraphSdl, subgraphs = federation.snapshot().subgraphs }: ReloadOptions,
    schemas: ServedSchemaTexts,
  ): Promise<SupergraphSnapshot> {
    const supergraph = { version: versionOf(supergraphSdl), supergraphSdl };
    await planning.load(supergraph);
    const plan: PlanOperation = (operation) => planning.plan(supergraph, operation);
    const { execution } = federation.snapshot();
    return loadSnapshot({ supergraphSdl, subgraphs, logger, execution, made: { schemas, plan } });
  }

  async function serve(options: ReloadOptions): Promise<ReloadReport> {
    const { supergraphSdl } = options;
    const served = federation.snapshot();
    const version = versionOf(supergraphSdl);
    if (version === served.version && options.subgraphs === undefined) {
      metrics.reloadEnded("unchanged");
      return { version, outcome: "unchanged", weakened: [], subscriptions: NONE_MOVED };
    }
    const { inspection, schemas } = await inspect(options);
    const { problems, weakened } = inspection;
    if (schemas === null) throw refuse(version, problems);
    const next = await load(options, schemas).catch((error: unknown) => {
      throw refuse(version, [String(error)]);
    });
    await planAgain(served, next);
    const prepareNext: Prepare = (payload, viewer) => prepare(next, payload, viewer);
    const subscriptions = await streams.move(prepareNext, () => {
      federation.serve(next);
      servedSince = instantOf(new Date());
    });
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
    check: async (supergraphSdl) => (await inspect({ supergraphSdl })).inspection,
    status: () => ({ version: federation.snapshot().version, servedSince, lastRefused }),
    stop: () => thread.stop(),
  };
}

/** So that the next requests after a reload do not all wait for their plans. */
async function planAgain(served: SupergraphSnapshot, next: SupergraphSnapshot): Promise<void> {
  for (const operation of served.recent(MAX_PLANNED_AGAIN)) {
    await next.planAgain(operation).catch(() => undefined); // who asks for it is told what is wrong with it
    await setImmediate();
  }
}

const NONE_MOVED: SubscriptionsMoved = { kept: 0, reopened: 0, ended: 0 };
