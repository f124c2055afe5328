import type { ApolloServer, HTTPGraphQLRequest, HTTPGraphQLResponse } from "@apollo/server";
import type { Logger } from "@crossdock/runtime";
import type { FormattedExecutionResult, GraphQLSchema } from "graphql";
import type { ApolloContext } from "./execution/data-source.ts";
import type { GatewayLimits } from "./limits.ts";
import type { GatewayMetrics } from "./metrics.ts";
import type { ClientPolicies } from "./policy/client-policies.ts";
import type { GatewayRequest } from "./request.ts";
import type { Lender } from "./subscriptions/authority.ts";
import type { EventStream, EventStreams, StreamOptions } from "./subscriptions/event-streams.ts";
import type { OperationPayload, Prepare, PreparedSubscription } from "./subscriptions/prepare.ts";
import type { VerifyToken } from "./http/authenticate.ts";

/** What the three ways in (HTTP, WebSocket, server-sent events) have in common. */
export type Engine = {
  readonly limits: GatewayLimits;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
  readonly verifyToken: VerifyToken;
  readonly clientPolicies: ClientPolicies;
  /** A whole HTTP exchange of a query or a mutation. */
  readonly executeHttp: (
    http: HTTPGraphQLRequest,
    request: GatewayRequest,
  ) => Promise<HTTPGraphQLResponse>;
  /** A query or a mutation that came over a socket or an event stream. */
  readonly execute: (
    payload: OperationPayload,
    request: GatewayRequest,
  ) => Promise<FormattedExecutionResult>;
  /** What clients see, as it is now. */
  readonly schema: () => GraphQLSchema;
  readonly prepare: Prepare;
  readonly openStream: (
    prepared: PreparedSubscription,
    caller: Lender,
    options: StreamOptions,
  ) => EventStream;
};

export type EngineParts = Pick<
  Engine,
  "limits" | "metrics" | "logger" | "verifyToken" | "clientPolicies" | "schema" | "prepare"
> & {
  readonly apollo: ApolloServer<ApolloContext>;
  readonly streams: EventStreams;
};

export function createEngine({ apollo, streams, ...parts }: EngineParts): Engine {
  return {
    ...parts,
    executeHttp: (httpGraphQLRequest, request) =>
      apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest,
        context: () => Promise.resolve({ request }),
      }),
    execute: async (payload, request) => {
      const { query, operationName, variables } = payload;
      const { body } = await apollo.executeOperation(
        {
          query: String(query),
          ...(typeof operationName === "string" ? { operationName } : {}),
          variables: (variables ?? {}) as Record<string, unknown>,
        },
        { contextValue: { request } },
      );
      if (body.kind !== "single") throw new Error("The gateway does not defer.");
      return body.singleResult as FormattedExecutionResult;
    },
    openStream: (prepared, caller, stream) => streams.open(prepared, caller, stream),
  };
}
