import type { ApolloServerPlugin } from "@apollo/server";
import type { Logger } from "@crossdock/runtime";
import { GraphQLError } from "graphql";
import type { GraphQLFormattedError } from "graphql";
import { isMasked, logMasked, withCorrelation } from "../errors/present-result.ts";
import type { GatewayMetrics, OperationKind, OperationOutcome } from "../metrics.ts";
import type { ApolloContext } from "./data-source.ts";

type Plugin = ApolloServerPlugin<ApolloContext>;

const BAD_REQUEST_STATUS = 400;
const MS_PER_SECOND = 1_000;

/**
 * Refuses what the stock gateway would answer with an internal error: a document that does not say
 * which operation is meant, and subscriptions, with a word on where these are served.
 */
export function onlyServedOperations(): Plugin {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation: ({ operation }) => {
          if (operation === undefined) {
            throw refusal("The document has no such operation, or several and no operationName.");
          }
          if (operation.operation === "subscription") throw refusal(WHERE_SUBSCRIPTIONS_ARE);
          return Promise.resolve();
        },
      }),
  };
}

const WHERE_SUBSCRIPTIONS_ARE =
  "A subscription is served over WebSocket (graphql-transport-ws), or as server-sent events to a request that accepts text/event-stream.";

function refusal(message: string): GraphQLError {
  const http = { status: BAD_REQUEST_STATUS };
  return new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT", http } });
}

/**
 * An error that the client does not see is logged whole, under the id that the client does see.
 */
export function errorsWithCorrelation(logger: Logger): Plugin {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didEncounterErrors: ({ errors, contextValue, operationName }) => {
          const { correlationId } = contextValue.request;
          logMasked(errors, { correlationId, operation: operationName ?? null }, logger);
          return Promise.resolve();
        },
        willSendResponse: ({ response, contextValue }) => {
          if (response.body.kind === "single") {
            const result = response.body.singleResult;
            const { correlationId } = contextValue.request;
            if (result.errors !== undefined) {
              result.errors = result.errors.map((error) => withCorrelation(error, correlationId));
            }
          }
          return Promise.resolve();
        },
      }),
  };
}

/** Tells a client which commands of its answer an earlier request had asked for already. */
export function markedReplays(): Plugin {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse: ({ response, contextValue }) => {
          const replayed = [...contextValue.request.replayed];
          if (replayed.length > 0 && response.body.kind === "single") {
            const result = response.body.singleResult;
            result.extensions = { ...result.extensions, replayed };
          }
          return Promise.resolve();
        },
      }),
  };
}

/** Tells clients that know HTTP only when to come again: the longest wait that an error of the answer names. */
export function retryAfterHeader(): Plugin {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse: ({ response }) => {
          const errors =
            response.body.kind === "single" ? (response.body.singleResult.errors ?? []) : [];
          const waits = errors
            .map(({ extensions }) => extensions?.["retryAfterSeconds"])
            .filter((seconds) => typeof seconds === "number");
          if (waits.length > 0) {
            response.http.headers.set("retry-after", String(Math.max(...waits)));
          }
          return Promise.resolve();
        },
      }),
  };
}

export function measuredOperations(metrics: GatewayMetrics): Plugin {
  return {
    requestDidStart: () => {
      const startedMs = performance.now();
      return Promise.resolve({
        willSendResponse: ({ operation, response }) => {
          const kind: OperationKind = operation?.operation ?? "unknown";
          const result = response.body.kind === "single" ? response.body.singleResult : {};
          const seconds = (performance.now() - startedMs) / MS_PER_SECOND;
          metrics.operationEnded(kind, outcomeOf(result), seconds);
          return Promise.resolve();
        },
      });
    },
  };
}

/** @param result as the client gets it */
export function outcomeOf(result: {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
}): OperationOutcome {
  if (result.errors === undefined || result.errors.length === 0) return "ok";
  if (result.data !== undefined && result.data !== null) return "partial";
  return result.errors.some(isMasked) ? "failed" : "refused";
}
