import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print, type GraphQLFormattedError } from "graphql";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";

export type Answer<Data> = {
  /** Of HTTP. */
  readonly status: number;
  readonly data: Data | null;
  /** Empty when nothing went wrong. */
  readonly errors: readonly GraphQLFormattedError[];
  /** Empty when the answer has none. */
  readonly extensions: Readonly<Record<string, unknown>>;
};

export type EventResult<Data> = Pick<Answer<Data>, "data" | "errors">;

/** One client of the API, as its users write it: HTTP for operations, a WebSocket for subscriptions. */
export interface GraphqlClient {
  /**
   * @param token nobody asks when it is left out
   * @param maxAgeSeconds how old what is answered may be; as the program has it when left out
   */
  query<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    token?: string,
    maxAgeSeconds?: number,
  ): Promise<Answer<Data>>;
  /** The data of an operation in which nothing may go wrong. @throws with the errors */
  ask<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    token?: string,
  ): Promise<Data>;
  /** A body that no client library would send. */
  post(body: string, token?: string): Promise<Answer<unknown>>;
  /**
   * Results as they come, on a socket of its own that closes when the iteration ends. The iteration
   * throws when the socket breaks.
   */
  subscribe<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    token?: string,
  ): AsyncIterableIterator<EventResult<Data>>;
}

/** @param url of the program, without `/graphql` */
export function createGraphqlClient(url: string): GraphqlClient {
  const send = async (
    body: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer<unknown>> => {
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
    const answer = (await response.json()) as Partial<Answer<unknown>>;
    const { data = null, errors = [], extensions = {} } = answer;
    return { status: response.status, data, errors, extensions };
  };
  const query: GraphqlClient["query"] = async (document, variables, token, maxAgeSeconds) => {
    const body = JSON.stringify({ query: print(document), variables });
    return (await send(body, { ...authorization(token), ...maxAge(maxAgeSeconds) })) as never;
  };
  return {
    post: (body, token) => send(body, authorization(token)),
    query,
    async ask(document, variables, token) {
      const { data, errors } = await query(document, variables, token);
      if (data !== null && errors.length === 0) return data;
      throw new Error(`The API answers with errors: ${JSON.stringify(errors)}`);
    },
    async *subscribe<Data, Variables>(
      document: TypedDocumentNode<Data, Variables>,
      variables: Variables,
      token?: string,
    ) {
      const client = createClient({
        url: `${url.replace(/^http/, "ws")}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: authorization(token),
        retryAttempts: 0,
      });
      try {
        const results = client.iterate<Data>({
          query: print(document),
          variables: variables as Record<string, unknown>,
        });
        for await (const { data = null, errors = [] } of results) {
          yield { data, errors: errors as readonly GraphQLFormattedError[] };
        }
      } finally {
        await client.dispose();
      }
    },
  };
}

function authorization(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

function maxAge(seconds: number | undefined): Record<string, string> {
  return seconds === undefined ? {} : { "crossdock-max-age": String(seconds) };
}
