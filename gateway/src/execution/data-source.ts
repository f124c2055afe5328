import type { GraphQLDataSource } from "@apollo/gateway";
import { inSpan, type Logger } from "@crossdock/runtime";
import { SubgraphUnavailableError } from "../errors/gateway-errors.ts";
import { asGraphQLError } from "../errors/present-result.ts";
import type { GatewayRequest } from "../request.ts";
import type { FetchSubgraph } from "./compiled/plan/compiled-plan.ts";
import { beforeAbort } from "./deadline.ts";
import type { SubgraphTransport } from "./transport.ts";

/** What Apollo carries from the HTTP layer to the data sources. Apollo copies it, not what is in it. */
export type ApolloContext = { readonly request: GatewayRequest };

/**
 * All ways to subgraphs as one. It never throws: a subgraph that gave no answer, or none
 * before the request was aborted, becomes an error beside the data of the other subgraphs.
 */
export function createFetchSubgraph(
  subgraphs: Readonly<Record<string, SubgraphTransport>>,
  logger: Logger,
): FetchSubgraph {
  const transports = new Map(Object.entries(subgraphs));
  return async (subgraph, call) => {
    const { signal } = call.request;
    try {
      const transport = transports.get(subgraph);
      if (transport === undefined) throw new Error(`There is no subgraph ${subgraph}.`);
      return await inSpan(
        () => ({ name: `subgraph ${subgraph}`, attributes: { subgraph } }),
        () =>
          transport.endsOnAbort === true
            ? transport.execute(call)
            : beforeAbort(transport.execute(call), signal),
      );
    } catch (raised) {
      const error: unknown = signal.aborted ? signal.reason : raised;
      if (error instanceof SubgraphUnavailableError) {
        const { correlationId } = call.request; // all others are logged where they are masked
        logger.error({ err: error, subgraph, correlationId }, "no answer");
      }
      return { errors: [asGraphQLError(error)] };
    }
  };
}

/** The way to one subgraph as Apollo's executor wants it. */
export function createDataSource(
  subgraph: string,
  fetch: FetchSubgraph,
): GraphQLDataSource<ApolloContext> {
  return {
    process: async (options) => {
      const { query, operationName, variables } = options.request;
      const document = "document" in options ? options.document : undefined;
      const { request } = options.context as ApolloContext;
      const { data, errors } = await fetch(subgraph, {
        query: query ?? "",
        ...(document === undefined ? {} : { document }),
        ...(operationName === undefined ? {} : { operationName }),
        variables: variables ?? {},
        request,
      });
      return {
        ...(data === undefined ? {} : { data }),
        ...(errors === undefined ? {} : { errors: errors as Errors }),
      };
    },
  };
}

type Errors = NonNullable<Awaited<ReturnType<GraphQLDataSource["process"]>>["errors"]>;
