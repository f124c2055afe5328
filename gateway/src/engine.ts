import type { HTTPGraphQLRequest, HTTPGraphQLResponse } from "@apollo/server";
import type { Viewer } from "@crossdock/domain";
import type { Logger } from "@crossdock/runtime";
import type { FormattedExecutionResult, GraphQLError, GraphQLSchema } from "graphql";
import { servedSchemaOf } from "./contracts/contract-of.ts";
import type { ApolloServers } from "./execution/apollo-servers.ts";
import { asGraphQLError } from "./errors/present-result.ts";
import type { GatewayLimits } from "./limits.ts";
import type { GatewayMetrics } from "./metrics.ts";
import type { ClientPolicies } from "./policy/client-policies.ts";
import { refuseDeepInput } from "./policy/input-depth.ts";
import type { Asking, Quotas } from "./policy/quotas.ts";
import type { Refusals } from "./policy/refusals.ts";
import type { Admit, AdmittedOperation } from "./operations/admit-operation.ts";
import {
  isRecord,
  payloadOfBody,
  payloadOfSearch,
  searchOfPayload,
} from "./operations/operation-payload.ts";
import type { OperationPayload } from "./operations/operation-payload.ts";
import type { GatewayRequest } from "./request.ts";
import type { Lender } from "./subscriptions/authority.ts";
import type { EventStream, EventStreams, StreamOptions } from "./subscriptions/event-streams.ts";
import { refuseConditionalRoots } from "./subscriptions/root-condition.ts";
import type { Prepare, Prepared, PreparedSubscription } from "./subscriptions/prepare.ts";
import type { AddressOf } from "./http/address.ts";
import type { VerifyToken } from "./http/authenticate.ts";
import type { AllowedOrigins } from "./http/foreign-pages.ts";

/** What the three ways in (HTTP, WebSocket, server-sent events) have in common. */
export type Engine = {
  readonly limits: GatewayLimits;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
  readonly verifyToken: VerifyToken;
  readonly clientPolicies: ClientPolicies;
  /**
   * A whole HTTP exchange of a query or a mutation.
   * @throws what `Admit` does
   */
  readonly executeHttp: (
    http: HTTPGraphQLRequest,
    request: GatewayRequest,
  ) => Promise<HTTPGraphQLResponse>;
  /** A query or a mutation that came over a socket or an event stream. */
  readonly execute: (
    operation: AdmittedOperation,
    request: GatewayRequest,
  ) => Promise<FormattedExecutionResult>;
  /** What clients see, as it is now. */
  readonly schema: () => GraphQLSchema;
  /** Admits, reads, checks and plans what comes over a socket or an event stream. */
  readonly prepare: (payload: OperationPayload, viewer: Viewer | null) => EnginePrepared;
  /**
   * Takes what a subscription costs from its client's quota, before it is opened.
   * @returns why it may not be opened
   */
  readonly chargeStream: (
    prepared: PreparedSubscription,
    asking: Asking,
  ) => Promise<GraphQLError | null>;
  readonly refusals: Refusals;
  /** From where a connection comes. */
  readonly addressOf: AddressOf;
  readonly allowedOrigins: AllowedOrigins;
  readonly openStream: (
    prepared: PreparedSubscription,
    caller: Lender,
    options: StreamOptions,
  ) => EventStream;
};

/** What may come over a socket or an event stream; a query or a mutation with what is to be run. */
export type EnginePrepared =
  | Exclude<Prepared, { readonly kind: "operation" }>
  | (Extract<Prepared, { readonly kind: "operation" }> & { readonly operation: AdmittedOperation });

export type EngineParts = Pick<
  Engine,
  | "limits"
  | "metrics"
  | "logger"
  | "verifyToken"
  | "clientPolicies"
  | "refusals"
  | "addressOf"
  | "allowedOrigins"
  | "schema"
> & {
  readonly admit: Admit;
  readonly prepare: Prepare;
  readonly quotas: Quotas;
  readonly apollo: ApolloServers;
  readonly streams: EventStreams;
};

export function createEngine(engineParts: EngineParts): Engine {
  const { apollo, streams, prepare, quotas, ...parts } = engineParts;
  const { maxTokens, maxInputLevels } = parts.limits;
  const admit: Admit = (payload, viewer) => {
    refuseDeepInput(payload, maxInputLevels);
    const operation = engineParts.admit(payload, viewer);
    refuseConditionalRoots(operation.query, maxTokens);
    return operation;
  };
  const apolloOf = (viewer: Viewer | null, text: unknown) =>
    apollo.of(servedSchemaOf(parts.clientPolicies, viewer, text));
  return {
    ...parts,
    executeHttp: async (http, request) => {
      const operation = admit(payloadOfHttp(http), request.viewer);
      return apolloOf(request.viewer, operation.query).executeHTTPGraphQLRequest({
        httpGraphQLRequest: withOperation(http, operation),
        context: () => Promise.resolve({ request }),
      });
    },
    prepare: (payload, viewer) => {
      try {
        const operation = admit(payload, viewer);
        const prepared = prepare(operation, viewer);
        return prepared.kind === "operation" ? { ...prepared, operation } : prepared;
      } catch (error) {
        return { kind: "refused", errors: [asGraphQLError(error)] };
      }
    },
    execute: async ({ query, operationName, variables }, request) => {
      const { body } = await apolloOf(request.viewer, query).executeOperation(
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
    chargeStream: async ({ snapshot, document, operationName, variables }, asking) => {
      try {
        await quotas.open(asking, snapshot.pointsOf(document, operationName, variables));
        return null;
      } catch (error) {
        return asGraphQLError(error);
      }
    },
    openStream: (prepared, caller, stream) => streams.open(prepared, caller, stream),
  };
}

function payloadOfHttp({ method, search, body }: HTTPGraphQLRequest): OperationPayload {
  return method === "GET" ? payloadOfSearch(search) : payloadOfBody(body);
}

/** The exchange as if its client had sent the operation's text, where it sent an id. */
function withOperation(http: HTTPGraphQLRequest, operation: AdmittedOperation): HTTPGraphQLRequest {
  if (http.method === "GET") return { ...http, search: searchOfPayload(operation) };
  return isRecord(http.body) ? { ...http, body: operation } : http;
}
