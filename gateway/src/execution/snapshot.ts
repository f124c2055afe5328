import type { GraphQLDataSource } from "@apollo/gateway";
import type { ApolloServerOptions } from "@apollo/server";
import type { Logger } from "@crossdock/runtime";
import type { GraphQLSchema } from "graphql";
import { createAccessDecisions } from "../access/access-decisions.ts";
import type { DecideAccess } from "../access/access-decisions.ts";
import type { Contracts } from "../contracts/contract.ts";
import { readSchema, readServedSchemas, writeServedSchemas } from "../contracts/served-schemas.ts";
import type { ServedSchemaTexts } from "../contracts/served-schemas.ts";
import { createApiFederationSchema, createFederationParts } from "../planning/federation-parts.ts";
import type { ApiFederationSchema } from "../planning/federation-parts.ts";
import { planHere } from "../planning/plan-operation.ts";
import type { PlanOperation } from "../planning/plan-operation.ts";
import { createPointsOf } from "../policy/operation-points.ts";
import type { PointsOf } from "../policy/operation-points.ts";
import type { FetchSubgraph } from "./compiled/plan/compiled-plan.ts";
import { createDataSource, createFetchSubgraph } from "./data-source.ts";
import type { ApolloContext } from "./data-source.ts";
import { createExecutor, DEFAULT_EXECUTION } from "./execute-operation.ts";
import type { ExecutionChoice, OperationExecutor } from "./execute-operation.ts";
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
  readonly supergraphSchema: GraphQLSchema;
  /** For the stock executor. */
  readonly federation: ApiFederationSchema;
  readonly plan: PlanOperation;
  readonly subgraphs: Readonly<Record<string, SubgraphTransport>>;
  /** The ways to them: compiled plans go by `fetch`, those of the stock executor by `dataSources`. */
  readonly fetch: FetchSubgraph;
  readonly dataSources: Readonly<Record<string, GraphQLDataSource>>;
  readonly execution: ExecutionChoice;
  readonly decideAccess: DecideAccess;
  /** See `OperationExecutor`. */
  readonly run: OperationExecutor["run"];
  readonly planAhead: OperationExecutor["planAhead"];
  readonly recent: OperationExecutor["recent"];
  readonly planAgain: OperationExecutor["planAgain"];
  /** What an operation may cost. Keeps its numbers. */
  readonly pointsOf: PointsOf;
};

export type SnapshotOptions = {
  /** Found fit to be served: see `inspectSupergraph`. */
  readonly supergraphSdl: string;
  readonly subgraphs: Readonly<Record<string, SubgraphTransport>>;
  readonly logger: Logger;
  /** How operations are run; `DEFAULT_EXECUTION` when left out. */
  readonly execution?: ExecutionChoice;
  /** What other threads make of it; made here, for half a second in which nobody else has a turn, when left out. */
  readonly made?: MadeOfSupergraph;
};

export type MadeOfSupergraph = {
  readonly schemas: ServedSchemaTexts;
  readonly plan: PlanOperation;
};

/**
 * Loads a supergraph beside the ones that are loaded already, with schemas and plans of its own: requests in
 * flight stay on those that they were validated against. Where all else is made elsewhere it is read here in steps of a few
 * milliseconds, between which others have their turn.
 * @throws {Error} it cannot be read, or the contract of an audience cannot be cut from it
 */
export async function loadSnapshot(options: SnapshotOptions): Promise<SupergraphSnapshot> {
  const { supergraphSdl, subgraphs, logger, execution = DEFAULT_EXECUTION } = options;
  const fetch = createFetchSubgraph(subgraphs, logger);
  const dataSources: Record<string, GraphQLDataSource> = Object.fromEntries(
    Object.keys(subgraphs).map((name) => [
      name,
      createDataSource(name, fetch) as GraphQLDataSource,
    ]),
  );
  const { schemas, plan } = options.made ?? makeHere(supergraphSdl);
  const { apiSchema, contracts } = await readServedSchemas(schemas);
  const supergraphSchema = await readSchema(supergraphSdl);
  const federation = createApiFederationSchema(schemas.api);
  const decideAccess = createAccessDecisions(supergraphSchema, contracts);
  return {
    version: versionOf(supergraphSdl),
    supergraphSdl,
    apiSchema,
    contracts,
    supergraphSchema,
    federation,
    plan,
    subgraphs,
    fetch,
    dataSources,
    execution,
    decideAccess,
    ...createExecutor({
      ...execution,
      plan,
      federation,
      apiSchema,
      supergraphSchema,
      fetch,
      dataSources,
      decideAccess,
    }),
    pointsOf: createPointsOf(supergraphSchema),
  };
}

function makeHere(supergraphSdl: string): MadeOfSupergraph {
  const parts = createFederationParts(supergraphSdl);
  return {
    schemas: writeServedSchemas(supergraphSdl, parts.supergraph),
    plan: (operation) => Promise.resolve(operation).then((given) => planHere(parts, given)),
  };
}

/** Apollo's logger takes anything, ours a message. What it finds worth saying is detail to us. */
export function apolloLogger(logger: Logger) {
  const line = (level: "trace" | "debug" | "warn" | "error") => (message: unknown) => {
    logger[level]({ library: "apollo" }, String(message));
  };
  return { debug: line("trace"), info: line("debug"), warn: line("warn"), error: line("error") };
}
