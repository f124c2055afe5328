import { ApolloGateway } from "@apollo/gateway";
import type { GraphQLDataSource } from "@apollo/gateway";
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from "@apollo/federation-internals";
import type { Schema } from "@apollo/federation-internals";
import { QueryPlanner } from "@apollo/query-planner";
import type { ApolloServerOptions } from "@apollo/server";
import type { Logger } from "@crossdock/runtime";
import type { GraphQLSchema } from "graphql";
import { createDataSource } from "./data-source.ts";
import type { ApolloContext } from "./data-source.ts";
import { hasSecurityLinks, usesContext, withoutSecurityMarks } from "./security-links.ts";
import type { SubgraphTransport } from "./transport.ts";

/** What ApolloServer asks of a gateway. Another executor wraps the stock one behind it. */
export type GatewayInterface = NonNullable<ApolloServerOptions<ApolloContext>["gateway"]>;

/** The supergraph cannot be served as it is. The message says what to change. */
export class SupergraphRefusedError extends Error {
  override readonly name = "SupergraphRefusedError";
}

/** One loaded supergraph, in the three forms that planning and executing want it in. */
export type SupergraphSnapshot = {
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  /** The same, as the federation libraries have it. */
  readonly apiFederationSchema: Schema;
  readonly supergraphSchema: GraphQLSchema;
  readonly planner: QueryPlanner;
};

export type Federation = {
  readonly gateway: GatewayInterface;
  readonly dataSources: Readonly<Record<string, GraphQLDataSource>>;
  /** @throws before the gateway was loaded, which ApolloServer does when it starts */
  readonly snapshot: () => SupergraphSnapshot;
};

export type FederationOptions = {
  readonly supergraphSdl: string;
  readonly subgraphs: Readonly<Record<string, SubgraphTransport>>;
  /** Who enforces the supergraph's security directives; must be said where it has any. */
  readonly enforcement?: "subgraphs";
  readonly logger: Logger;
};

/**
 * ApolloGateway over our transports.
 * @throws {SupergraphRefusedError} a subgraph has no transport, nobody enforces the security
 *   directives, or the supergraph uses what the stock executor gets wrong
 */
export function createFederation(options: FederationOptions): Federation {
  const { supergraphSdl, subgraphs, enforcement, logger } = options;
  refuse(supergraphSdl, enforcement);
  const dataSources: Record<string, GraphQLDataSource> = Object.fromEntries(
    Object.entries(subgraphs).map(([name, transport]) => [
      name,
      createDataSource(name, transport, logger) as GraphQLDataSource,
    ]),
  );
  refuseMissing(supergraphSdl, dataSources);
  disableTelemetry();
  const gateway = new ApolloGateway({
    supergraphSdl: withoutSecurityMarks(supergraphSdl),
    buildService: ({ name }) => dataSources[name] as GraphQLDataSource,
    logger: apolloLogger(logger),
    __exposeQueryPlanExperimental: false,
  });
  let snapshot: SupergraphSnapshot | null = null;
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    const supergraph = buildSupergraph(coreSupergraphSdl);
    snapshot = {
      apiSchema,
      apiFederationSchema: supergraph.apiSchema(),
      supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
      planner: new QueryPlanner(supergraph),
    };
  });
  return {
    gateway: gateway as GatewayInterface,
    dataSources,
    snapshot: () => {
      if (snapshot === null) throw new Error("The supergraph is not loaded yet.");
      return snapshot;
    },
  };
}

/** Apollo's logger takes anything, ours a message. What it finds worth saying is detail to us. */
export function apolloLogger(logger: Logger) {
  const line = (level: "trace" | "debug" | "warn" | "error") => (message: unknown) => {
    logger[level]({ library: "apollo" }, String(message));
  };
  return { debug: line("trace"), info: line("debug"), warn: line("warn"), error: line("error") };
}

function buildSupergraph(sdl: string): Supergraph {
  return Supergraph.build(sdl, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    validateSupergraph: false,
  });
}

function refuse(supergraphSdl: string, enforcement: string | undefined): void {
  if (hasSecurityLinks(supergraphSdl) && enforcement === undefined) {
    throw new SupergraphRefusedError(
      "The supergraph has @authenticated or @requiresScopes and nobody enforces them: state `enforcement`.",
    );
  }
  if (usesContext(supergraphSdl)) {
    throw new SupergraphRefusedError("The supergraph uses @context, which this gateway ignores.");
  }
}

function refuseMissing(
  supergraphSdl: string,
  dataSources: Readonly<Record<string, GraphQLDataSource>>,
): void {
  const missing = [...buildSupergraph(supergraphSdl).subgraphsMetadata()]
    .map(({ name }) => name)
    .filter((name) => !Object.hasOwn(dataSources, name));
  if (missing.length === 0) return;
  throw new SupergraphRefusedError(
    `The supergraph has subgraphs without a transport: ${missing.join(", ")}.`,
  );
}

/**
 * ApolloGateway reports metrics to its maker unless a variable of the process says no, and has no
 * option for it. It is set here, and not left to every program, so that it cannot be forgotten.
 */
function disableTelemetry(): void {
  // eslint-disable-next-line no-restricted-properties -- written for the library, not read by us
  process.env["APOLLO_TELEMETRY_DISABLED"] = "true";
}
