import type { IncomingHttpHeaders } from "node:http";
import { HeaderMap } from "@apollo/server";
import type { HTTPGraphQLRequest } from "@apollo/server";
import type { FormattedExecutionResult } from "graphql";
import type { ServedSchema } from "../contracts/contract-of.ts";
import type { HttpAnswer, HttpExchange } from "../http/http-exchange.ts";
import type { AdmittedOperation } from "../operations/admit-operation.ts";
import { isRecord, searchOfPayload } from "../operations/operation-payload.ts";
import type { GatewayRequest } from "../request.ts";
import type { ApolloServers } from "./apollo-servers.ts";

/** Apollo's pipeline, which reads and validates documents, and has a word for everything that is wrong with a request. */
export interface ApolloPath {
  /** @param operation what the exchange came with, as it was admitted */
  answerHttp(
    http: HttpExchange,
    operation: AdmittedOperation,
    request: GatewayRequest,
    served: ServedSchema,
  ): Promise<HttpAnswer>;
  answer(
    operation: AdmittedOperation,
    request: GatewayRequest,
    served: ServedSchema,
  ): Promise<FormattedExecutionResult>;
}

const HTTP_OK = 200;

export function createApolloPath(apollo: Pick<ApolloServers, "of">): ApolloPath {
  return {
    answerHttp: async (http, operation, request, served) => {
      const { status, headers, body } = await apollo.of(served).executeHTTPGraphQLRequest({
        httpGraphQLRequest: withOperation(http, operation),
        context: () => Promise.resolve({ request }),
      });
      if (body.kind !== "complete") throw new Error("The gateway does not defer.");
      return {
        status: status ?? HTTP_OK,
        headers: Object.fromEntries(headers),
        body: body.string,
      };
    },
    answer: async ({ query, operationName, variables }, request, served) => {
      const { body } = await apollo.of(served).executeOperation(
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
  };
}

/** The exchange as if its client had sent the operation's text, where it sent an id. */
function withOperation(
  { method, headers, search, body }: HttpExchange,
  operation: AdmittedOperation,
): HTTPGraphQLRequest {
  const isGet = method === "GET";
  return {
    method,
    headers: headerMapOf(headers),
    search: isGet ? searchOfPayload(operation) : search,
    body: !isGet && isRecord(body) ? operation : body,
  };
}

function headerMapOf(headers: IncomingHttpHeaders): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return map;
}
