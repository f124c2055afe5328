import type { Metrics, Logger } from "@crossdock/runtime";
import { createMetrics } from "@crossdock/runtime";
import type { FastifyInstance } from "fastify";
import { printSchema } from "graphql";
import { createAnswering } from "./answering/answering.ts";
import { compareContracts } from "./contracts/compare-contracts.ts";
import type { ContractDifference } from "./contracts/compare-contracts.ts";
import { schemaNamed, servedSchemaOf } from "./contracts/contract-of.ts";
import type { ServedSchema } from "./contracts/contract-of.ts";
import { writeServedSchemas } from "./contracts/served-schemas.ts";
import { createDirectPath } from "./direct/direct-path.ts";
import { createKnownDocuments } from "./direct/known-documents.ts";
import { createEngine } from "./engine.ts";
import { createApolloPath } from "./execution/apollo-path.ts";
import { createApolloServer } from "./execution/apollo-server.ts";
import { createApolloServers } from "./execution/apollo-servers.ts";
import { findProblems } from "./composition/inspect.ts";
import type { Inspection } from "./composition/inspect.ts";
import { SupergraphRefusedError } from "./composition/supergraph-refused-error.ts";
import { DEFAULT_EXECUTOR } from "./execution/execute-operation.ts";
import type { ExecutionChoice, ExecutorKind } from "./execution/execute-operation.ts";
import { createFederation } from "./execution/federation.ts";
import { servingFacts } from "./execution/serving-facts.ts";
import { createSharedRuns } from "./execution/shared-runs.ts";
import { loadSnapshot } from "./execution/snapshot.ts";
import type { SupergraphSnapshot } from "./execution/snapshot.ts";
import { versionOf } from "./execution/supergraph-version.ts";
import type { SubgraphTransport } from "./execution/transport.ts";
import type { VerifyToken } from "./http/authenticate.ts";
import { registerExplorer } from "./http/explorer.ts";
import { GRAPHQL_PATH, graphqlRoute } from "./http/graphql-route.ts";
import { serveWebSocket } from "./http/websocket.ts";
import { refuseSuspended, withdrawOnChange } from "./identity/withdrawal.ts";
import { peerAddressOf } from "./http/address.ts";
import type { AddressOf } from "./http/address.ts";
import type { AllowedOrigins } from "./http/foreign-pages.ts";
import { createCountedMinutes } from "./policy/counted-minutes.ts";
import type { MinuteStore } from "./policy/counted-minutes.ts";
import { createMemoryMinutes } from "./policy/memory-minutes.ts";
import { createQuotas } from "./policy/quotas.ts";
import { createRefusals } from "./policy/refusals.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { GatewayLimits } from "./limits.ts";
import { createGatewayMetrics } from "./metrics.ts";
import { createOpenPolicies } from "./policy/client-policies.ts";
import type { Audience, ClientPolicies } from "./policy/client-policies.ts";
import { createReloading } from "./reload.ts";
import type { ReloadOptions, ReloadReport, SupergraphStatus } from "./reload.ts";
import { createSupergraphMetrics } from "./supergraph-metrics.ts";
import { completeEvent } from "./subscriptions/complete-event.ts";
import { createEventStreams } from "./subscriptions/event-streams.ts";
import { createAdmissionMetrics } from "./operations/admission-metrics.ts";
import { createAdmit } from "./operations/admit-operation.ts";
import { createAutomaticTexts } from "./operations/automatic-texts.ts";
import { judgeManifest } from "./operations/judge-manifest.ts";
import type { JudgedManifest, ManifestBudget } from "./operations/judge-manifest.ts";
import { NOTHING_TOLD } from "./operations/source-calls.ts";
import type { WorstCaseTable } from "./operations/source-calls.ts";
import { createAskOwn } from "./own-request.ts";
import type { AskOwn } from "./own-request.ts";
import { createPlanningAhead } from "./operations/plan-ahead.ts";
import { createNoPersistedOperations } from "./operations/persisted-operations.ts";
import type { PersistedOperations } from "./operations/persisted-operations.ts";
import { createFederationParts } from "./planning/federation-parts.ts";
import { planAtStart } from "./planning/plan-at-start.ts";
import { createPlanningThread } from "./planning/planning-thread.ts";
import type { PlanningThread } from "./planning/planning-thread.ts";
import { createPrepare } from "./subscriptions/prepare.ts";
import { NO_TALLY, withTalliedRefusals } from "./usage/client-tally.ts";
import type { ClientTally } from "./usage/client-tally.ts";
import { withCountedUse } from "./usage/counted-use.ts";
import { createUsageRecorder } from "./usage/usage-recorder.ts";
import type { UsageStore } from "./usage/usage-store.ts";

export type GatewayOptions = {
  /** The composed supergraph, with its security directives. */
  readonly supergraphSdl: string;
  /** A transport for every subgraph of the supergraph, by its name there. */
  readonly subgraphs: Readonly<Record<string, SubgraphTransport>>;
  readonly verifyToken: VerifyToken;
  /** What is agreed with each client; nothing particular with any when left out. */
  readonly clientPolicies?: ClientPolicies;
  /** The operations that clients have had accepted; none when left out. */
  readonly persistedOperations?: PersistedOperations;
  /** What fields may take from the sources, for pricing manifests; nothing is known when left out. */
  readonly worstCases?: WorstCaseTable;
  /** Where it is kept who uses which parts of the schema; not kept when left out. */
  readonly usageStore?: UsageStore;
  /** Where it is counted how each application fares; nowhere when left out. */
  readonly clientActivity?: ClientTally;
  readonly logger: Logger;
  /** Where the gateway counts; its own registry when there is none. */
  readonly metrics?: Metrics;
  readonly limits?: Partial<GatewayLimits>;
  /** Where quotas are counted, for all processes that have the same; in this process alone when left out. */
  readonly minutes?: MinuteStore;
  /** The address of a client, where something stands between it and us; that of the connection when left out. */
  readonly addressOf?: AddressOf;
  /** Whose pages may use the API in a browser; those of our own origin alone when left out. */
  readonly allowedOrigins?: AllowedOrigins;
  /** Whether the same query that a caller sends several times at once runs once for all of them; yes unless said. */
  readonly coalesce?: boolean;
  /** What runs operations; `DEFAULT_EXECUTOR` when left out. The answers are the same. */
  readonly executor?: ExecutorKind;
  /** Whether clients may read the schema; yes unless said. */
  readonly introspection?: boolean;
  /**
   * Whether operations whose document is known are run without going through Apollo's pipeline again; yes unless said. The
   * answers are the same.
   */
  readonly directPath?: boolean;
};

/** Whose manifest it is: what it sees, and what it may spend. */
export type ManifestClient = ManifestBudget & { readonly audience: Audience };

export interface Gateway {
  readonly ask: AskOwn;
  /**
   * Adds /graphql (POST, GET, WebSocket, server-sent events) and the explorer's files. Call it once,
   * before the server listens. Closing the server ends all streams and sockets first.
   */
  registerGraphql(app: FastifyInstance): void;
  /**
   * Serves another supergraph from now on. Requests in flight finish on the one that they began with. A
   * subscription goes on from its cursor on the new one, or, where its operation is no longer valid, ends
   * with SCHEMA_CHANGED, at a moment of its own within `schemaChangeSpreadMs`. Reloads run one after the
   * other; until one is done the supergraph before it is served.
   * @throws {SupergraphRefusedError} it cannot be served and nothing has changed; the message says why
   */
  reload(options: ReloadOptions): Promise<ReloadReport>;
  /** What `reload` would find, and which of the subscriptions that are open now it would end. */
  check(supergraphSdl: string): Promise<Inspection>;
  supergraph(): SupergraphStatus;
  /** The text of the supergraph that is served now. */
  supergraphSdl(): string;
  /**
   * What a client's operations may cost at most on the supergraph that is served now, and why they are refused, if they
   * are: see `judgeManifest` and decision 0027. Keeps nothing.
   * @param raw a manifest as Apollo's generator writes it, parsed
   */
  judgeManifest(raw: unknown, client: ManifestClient): JudgedManifest;
  /** The schema that an audience's clients have now, or all of it, as SDL. */
  contractSdl(contract: Audience | "full"): string;
  compareContracts(first: Audience | "full", second: Audience | "full"): ContractDifference;
  /** Breaks off all subscriptions, whose clients come back elsewhere or later; then lets running operations finish. */
  stop(): Promise<void>;
}

/**
 * One GraphQL API over several subgraphs.
 * @throws {SupergraphRefusedError} the supergraph cannot be served safely; the message says why
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { logger, introspection = true, directPath = true } = options;
  const clientPolicies = options.clientPolicies ?? createOpenPolicies();
  const verifyToken = refuseSuspended(options.verifyToken, clientPolicies);
  const persistedOperations = options.persistedOperations ?? createNoPersistedOperations();
  const limits: GatewayLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const registry = options.metrics ?? createMetrics();
  const metrics = createGatewayMetrics(registry);
  const refusals = createRefusals(metrics, logger);
  const tally = options.clientActivity ?? NO_TALLY;
  const quotas = createQuotas({
    policies: clientPolicies,
    minutes: createCountedMinutes(options.minutes ?? createMemoryMinutes()),
    limits,
  });
  const sharedRuns = options.coalesce === false ? null : createSharedRuns({ metrics, limits });
  const planning = createPlanningThread(logger);
  const execution = {
    kind: options.executor ?? DEFAULT_EXECUTOR,
    leftToStock: metrics.leftToStock,
  };
  const federation = createFederation(await loadFirst(options, planning, execution), sharedRuns);
  const usage = createUsageRecorder({ store: options.usageStore ?? KEEP_NOTHING, logger });
  const startAnswering = createAnswering({
    quotas,
    refusals,
    snapshotOf: federation.snapshotOf,
    metrics,
    tally,
    usage,
    logger,
  });
  const known = directPath ? createKnownDocuments() : null;
  const apollo = createApolloServers((served) =>
    createApolloServer({
      gateway: federation.gatewayOf(served),
      limits,
      introspection,
      startAnswering,
      known,
      logger,
    }),
  );
  await apollo.start();
  const prepare = createPrepare(limits, (viewer) => servedSchemaOf(clientPolicies, viewer, null));
  const streams = withCountedUse(
    createEventStreams({
      completeEvent: (...told) => {
        sharedRuns?.outdate();
        return completeEvent(...told);
      },
      limits,
      metrics,
      logger,
    }),
    usage,
  );
  const reloading = createReloading({
    federation,
    planning,
    streams,
    prepare,
    metrics: createSupergraphMetrics(registry),
    logger,
  });
  const planningAhead = createPlanningAhead(federation, persistedOperations, logger);
  void planningAhead.planAll();
  const engine = createEngine({
    quotas,
    refusals,
    addressOf: options.addressOf ?? peerAddressOf,
    allowedOrigins: options.allowedOrigins ?? [],
    apollo: createApolloPath(apollo),
    direct: known && createDirectPath({ known, federation, startAnswering }),
    streams,
    limits,
    metrics,
    logger,
    verifyToken,
    clientPolicies,
    admit: withTalliedRefusals(
      createAdmit({
        policies: clientPolicies,
        persisted: persistedOperations,
        automatic: createAutomaticTexts(),
        metrics: createAdmissionMetrics(registry),
      }),
      tally,
    ),
    schema: () => federation.snapshot().apiSchema,
    prepare: (payload, viewer) => prepare(federation.snapshot(), payload, viewer),
  });

  const contractNamed = (name: ServedSchema) => schemaNamed(federation.snapshot(), name);

  return {
    ask: createAskOwn(engine),
    registerGraphql: (app) => {
      const sendPage = registerExplorer(app);
      void app.register(graphqlRoute(engine, sendPage));
      const sockets = serveWebSocket(app.server, GRAPHQL_PATH, engine);
      const stopWithdrawing = withdrawOnChange({
        policies: clientPolicies,
        verifyToken,
        holders: [streams, sockets],
        logger,
      });
      app.addHook("preClose", async () => {
        stopWithdrawing();
        streams.close();
        await sockets.close();
      });
    },
    reload: async (next) => {
      const report = await reloading.reload(next);
      void planningAhead.planAll();
      return report;
    },
    judgeManifest: (raw, { audience, ...budget }) => {
      const { contracts, supergraphSchema } = federation.snapshot();
      const table = options.worstCases ?? NOTHING_TOLD;
      const parts = { schema: contracts[audience], supergraphSchema, limits, table };
      return judgeManifest(raw, budget, parts);
    },
    check: (supergraphSdl) => reloading.check(supergraphSdl),
    supergraph: () => reloading.status(),
    supergraphSdl: () => federation.snapshot().supergraphSdl,
    contractSdl: (contract) => printSchema(contractNamed(contract)),
    compareContracts: (first, second) =>
      compareContracts(contractNamed(first), contractNamed(second)),
    stop: async () => {
      planningAhead.stop();
      streams.close();
      await reloading.stop();
      await apollo.stop();
      await planning.stop();
      await usage.stop();
    },
  };
}

const KEEP_NOTHING: UsageStore = { add: () => Promise.resolve() };

/** Nobody is served yet: whatever takes long is done here. */
async function loadFirst(
  { supergraphSdl, subgraphs, logger }: GatewayOptions,
  planning: PlanningThread,
  execution: ExecutionChoice,
): Promise<SupergraphSnapshot> {
  const version = versionOf(supergraphSdl);
  const problems = findProblems(supergraphSdl, servingFacts(subgraphs));
  if (problems.length > 0) throw new SupergraphRefusedError(version, problems);
  const parts = createFederationParts(supergraphSdl);
  const schemas = writeServedSchemas(supergraphSdl, parts.supergraph);
  const plan = planAtStart({ version, supergraphSdl }, parts, planning, logger);
  return loadSnapshot({ supergraphSdl, subgraphs, logger, execution, made: { schemas, plan } });
}
