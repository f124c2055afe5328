import type { GraphQLDataSource } from "@apollo/gateway";
import type { Logger } from "@crossdock/runtime";
import type { ExecutionResult } from "graphql";
import { SubgraphUnavailableError } from "../errors/gateway-errors.ts";
import { asGraphQLError } from "../errors/present-result.ts";
import type { GatewayRequest } from "../request.ts";
import { beforeAbort } from "./deadline.ts";
import type { SubgraphTransport } from "./transport.ts";

/** What Apollo carries from the HTTP layer to the data sources. Apollo copies it, not what is in it. */
export type ApolloContext = { readonly request: GatewayRequest };

/**
 * A transport as ApolloGateway wants it. It never throws: a subgraph that gave no answer, or none
 * before the request was aborted, becomes an error beside the data of the other subgraphs.
 */
export function createDataSource(
  serviceName: string,
  transport: SubgraphTransport,
  logger: Logger,
): GraphQLDataSource<ApolloContext> {
  return {
    process: async (options) => {
      const { query, operationName, variables } = options.request;
      const document = "document" in options ? options.document : undefined;
      const { request } = options.context as ApolloContext;
      try {
        const answer = transport.execute({
          query: query ?? "",
          ...(document === undefined ? {} : { document }),
          ...(operationName === undefined ? {} : { operationName }),
          variables: variables ?? {},
          request,
        });
        return toGatewayResponse(await beforeAbort(answer, request.signal));
      } catch (error) {
        if (error instanceof SubgraphUnavailableError) {
          const { correlationId } = request; // all others are logged where they are masked
          logger.error({ err: error, subgraph: serviceName, correlationId }, "no answer");
        }
        return toGatewayResponse({ errors: [asGraphQLError(error)] });
      }
    },
  };
}

type GatewayResponse = Awaited<ReturnType<GraphQLDataSource["process"]>>;

function toGatewayResponse({ data, errors }: ExecutionResult): GatewayResponse {
  return {
    ...(data === undefined ? {} : { data }),
    ...(errors === undefined ? {} : { errors: errors as NonNullable<GatewayResponse["errors"]> }),
  };
}
