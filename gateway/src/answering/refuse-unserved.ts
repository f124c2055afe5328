import { GraphQLError } from "graphql";
import type { ResolvedOperation, ServedOperation } from "./resolved-operation.ts";

const BAD_REQUEST_STATUS = 400;

/**
 * Refuses what a single answer cannot be given to: a document that does not say which operation is meant, and
 * subscriptions, with a word on where these are served.
 * @throws {GraphQLError} with the status for those who read HTTP only
 */
export function refuseUnserved(resolved: ResolvedOperation): asserts resolved is ServedOperation {
  const { operation } = resolved;
  if (operation === undefined) {
    throw refusal("The document has no such operation, or several and no operationName.");
  }
  if (operation.operation === "subscription") throw refusal(WHERE_SUBSCRIPTIONS_ARE);
}

const WHERE_SUBSCRIPTIONS_ARE =
  "A subscription is served over WebSocket (graphql-transport-ws), or as server-sent events to a request that accepts text/event-stream.";

function refusal(message: string): GraphQLError {
  const http = { status: BAD_REQUEST_STATUS };
  return new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT", http } });
}
