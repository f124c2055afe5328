import { setImmediate } from "node:timers/promises";
import type { GraphQLDataSource } from "@apollo/gateway";
import type { Schema } from "@apollo/federation-internals";
import { QueryPlanner } from "@apollo/query-planner";
import type { ApolloServerOptions } from "@apollo/server";
import type { Logger } from "@crossdock/runtime";
import type { GraphQLSchema } from "graphql";
import { createAccessDecisions } from "../access/access-decisions.ts";
import type { DecideAccess } from "../access/access-decisions.ts";
import type { Contracts } from "../contracts/contract.ts";
import { loadContracts } from "../contracts/load-contracts.ts";
import { createPointsOf } from "../policy/operation-points.ts";
import type { PointsOf } from "../policy/operation-points.ts";
import { buildSupergraph } from "./build-supergraph.ts";
import { createDataSource } from "./data-source.ts";
import type { ApolloContext } from "./data-source.ts";
import { createExecutor } from "./execute-operation.ts";
import type { OperationExecutor } from "./execute-operation.ts";
import { versionOf } from "./supergraph-version.ts";
import type { SubgraphTransport } from "./transport.ts";

/** What ApolloServer asks of a gateway. */
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
  /** All that clients may ask for, whoever they are. */
  readonly apiSchema: GraphQLSchema;
  /** What clients of each audience see of it. */
  readonly contracts: Contracts;
  /** `apiSchema` as the federation libraries have it. */
  readonly apiFederationSchema: Schema;
  readonly supergraphSchema: GraphQLSchema;
  readonly planner: QueryPlanner;
  readonly subgraphs: Readonly<Record<string, SubgraphTransport>>;
  readonly dataSources: Readonly<Record<string, GraphQLDataSource>>;
  readonly decideAccess: DecideAccess;
  /** Plans and runs a query or a mutation. Keeps its plans. */
  readonly execute: GatewayExecutor;
  /** See `OperationExecutor`. */
  readonly planAhead: OperationExecutor["planAhead"];
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
 * Loads a supergraph beside the ones that are loaded already, with schemas, planner and plans of its own: requests in
 * flight stay on those that they were validated against.
 * It takes some hundred milliseconds of CPU in several steps, between which others have their turn; what it makes cannot
 * be handed from one thread to another.
 * @throws {Error} it cannot be read, or the contract of an audience cannot be cut from it
 */
export async function loadSnapshot(options: SnapshotOptions): Promise<SupergraphSnapshot> {
  const { supergraphSdl, subgraphs, logger } = options;
  const dataSources: Record<string, GraphQLDataSource> = Object.fromEntries(
    Object.entries(subgraphs).map(([name, transport]) => [
      name,
      createDataSource(name, transport, logger) as GraphQLDataSource,
    ]),
  );
  const supergraph = buildSupergraph(supergraphSdl);
  await setImmediate();
  const apiFederationSchema = supergraph.apiSchema();
  const apiSchema = apiFederationSchema.toGraphQLJSSchema();
  const supergraphSchema = supergraph.schema.toGraphQLJSSchema();
  const planner = new QueryPlanner(supergraph);
  await setImmediate();
  const contracts = await loadContracts(supergraphSdl, apiSchema);
  const decideAccess = createAccessDecisions(supergraphSchema, contracts);
  return {
    version: versionOf(supergraphSdl),
    supergraphSdl,
    apiSchema,
    contracts,
    apiFederationSchema,
    supergraphSchema,
    planner,
    subgraphs,
    dataSources,
    decideAccess,
    ...createExecutor({
      planner,
      apiFederationSchema,
      supergraphSchema,
      dataSources,
      decideAccess,
    }),
    pointsOf: createPointsOf(supergraphSchema),
  };
}

/** Apollo's logger takes anything, ours a message. What it finds worth saying is detail to us. */
export function apolloLogger(logger: Logger) {
  const line = (level: "trace" | "debug" | "warn" | "error") => (message: unknown) => {
    logger[level]({ library: "apollo" }, String(message));
  };
  return { debug: line("trace"), info: line("debug"), warn: line("warn"), error: line("error") };
}
