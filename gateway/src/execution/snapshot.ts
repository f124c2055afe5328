import { setImmediate } from "node:timers/promises";
import { ApolloGateway } from "@apollo/gateway";
import type { GraphQLDataSource } from "@apollo/gateway";
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from "@apollo/federation-internals";
import type { Schema } from "@apollo/federation-internals";
import { QueryPlanner } from "@apollo/query-planner";
import type { ApolloServerOptions } from "@apollo/server";
import type { Logger } from "@crossdock/runtime";
import type { GraphQLSchema } from "graphql";
import { createPointsOf } from "../policy/operation-points.ts";
import type { PointsOf } from "../policy/operation-points.ts";
import { createDataSource } from "./data-source.ts";
import type { ApolloContext } from "./data-source.ts";
import { withoutSecurityMarks } from "./security-links.ts";
import { versionOf } from "./supergraph-version.ts";
import type { SubgraphTransport } from "./transport.ts";

/** What ApolloServer asks of a gateway. Another executor wraps the stock one behind it. */
export type GatewayInterface = NonNullable<ApolloServerOptions<ApolloContext>["gateway"]>;

export type GatewayExecutor = Exclude<
  Awaited<ReturnType<GatewayInterface["load"]>>["executor"],
  null
>;

/**
 * One loaded supergraph: its schemas, its planner, its kept plans and the ways to its subgraphs. Nothing
 * in it changes, and what runs holds on to the one that it started with; after the last of those it is
 * garbage.
 */
export type SupergraphSnapshot = {
  /** Of the supergraph's text, the same in every process: see `versionOf`. */
  readonly version: string;
  readonly supergraphSdl: string;
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  /** The same, as the federation libraries have it. */
  readonly apiFederationSchema: Schema;
  readonly supergraphSchema: GraphQLSchema;
  readonly planner: QueryPlanner;
  readonly subgraphs: Readonly<Record<string, SubgraphTransport>>;
  readonly dataSources: Readonly<Record<string, GraphQLDataSource>>;
  /** Plans and runs a query or a mutation. Keeps its plans. */
  readonly execute: GatewayExecutor;
  /** What an operation may cost. Keeps its numbers. */
  readonly pointsOf: PointsOf;
};

export type SnapshotOptions = {
  /** Found fit to be served: see `inspectSupergraph`. */
  readonly supergraphSdl: string;
  readonly subgraphs: Readonly<Record<string, SubgraphTransport>>;
  readonly logger: Logger;
};

/**
 * Loads a supergraph beside the ones that are loaded already. An ApolloGateway of its own, and not an
 * `update` of the running one, is what keeps requests in flight on the schema that they were validated
 * against: an update replaces planner and plans below them.
 * It takes some hundred milliseconds of CPU in two steps, between which others have their turn; what it makes cannot
 * be handed from one thread to another.
 */
export async function loadSnapshot(options: SnapshotOptions): Promise<SupergraphSnapshot> {
  const { supergraphSdl, subgraphs, logger } = options;
  const dataSources: Record<string, GraphQLDataSource> = Object.fromEntries(
    Object.entries(subgraphs).map(([name, transport]) => [
      name,
      createDataSource(name, transport, logger) as GraphQLDataSource,
    ]),
  );
  disableTelemetry();
  const unmarkedSdl = withoutSecurityMarks(supergraphSdl);
  const gateway = new ApolloGateway({
    supergraphSdl: unmarkedSdl,
    buildService: ({ name }) => dataSources[name] as GraphQLDataSource,
    logger: apolloLogger(logger),
    validateSupergraph: false,
    __exposeQueryPlanExperimental: false,
  });
  const { schema: apiSchema, executor } = await gateway.load();
  await setImmediate();
  const supergraph = buildSupergraph(unmarkedSdl);
  await setImmediate();
  const supergraphSchema = supergraph.schema.toGraphQLJSSchema();
  return {
    version: versionOf(supergraphSdl),
    supergraphSdl,
    apiSchema,
    apiFederationSchema: supergraph.apiSchema(),
    supergraphSchema,
    planner: new QueryPlanner(supergraph),
    subgraphs,
    dataSources,
    execute: executor,
    pointsOf: createPointsOf(supergraphSchema),
  };
}

/** Knows the directives that ApolloGateway refuses. */
export function buildSupergraph(supergraphSdl: string): Supergraph {
  return Supergraph.build(supergraphSdl, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    validateSupergraph: false,
  });
}

/** Apollo's logger takes anything, ours a message. What it finds worth saying is detail to us. */
export function apolloLogger(logger: Logger) {
  const line = (level: "trace" | "debug" | "warn" | "error") => (message: unknown) => {
    logger[level]({ library: "apollo" }, String(message));
  };
  return { debug: line("trace"), info: line("debug"), warn: line("warn"), error: line("error") };
}

/**
 * ApolloGateway reports metrics to its maker unless a variable of the process says no, and has no
 * option for it. It is set here, and not left to every program, so that it cannot be forgotten.
 */
function disableTelemetry(): void {
  // eslint-disable-next-line no-restricted-properties -- written for the library, not read by us
  process.env["APOLLO_TELEMETRY_DISABLED"] = "true";
}
