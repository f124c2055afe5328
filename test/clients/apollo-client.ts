import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, Observable } from "@apollo/client";
import { SetContextLink } from "@apollo/client/link/context";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode, print } from "graphql";
import type { Client } from "graphql-sse";
import { createEventSourceClient } from "./graphql-sse.ts";
import { createLiveClient } from "./graphql-ws.ts";

/** Subscriptions over one WebSocket, all else over HTTP. */
export function createApolloClient(url: string, token: () => Promise<string>): ApolloClient {
  return clientWith(new GraphQLWsLink(createLiveClient(url, token)), url, token);
}

/** Subscriptions as server-sent events, where a proxy lets no WebSocket through. */
export function createApolloClientOverEvents(
  url: string,
  token: () => Promise<string>,
): ApolloClient {
  return clientWith(createEventSourceLink(createEventSourceClient(url, token)), url, token);
}

function clientWith(live: ApolloLink, url: string, token: () => Promise<string>): ApolloClient {
  const authorized = new SetContextLink(async ({ headers }) => ({
    headers: { ...headers, authorization: `Bearer ${await token()}` },
  }));
  return new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      live,
      authorized.concat(new HttpLink({ uri: `${url}/graphql` })),
    ),
  });
}

function createEventSourceLink(client: Client): ApolloLink {
  return new ApolloLink(
    ({ query, variables }) =>
      new Observable((observer) =>
        client.subscribe(
          { query: print(query), variables },
          {
            next: (result) => {
              observer.next(result as ApolloLink.Result);
            },
            error: (cause) => {
              observer.error(cause);
            },
            complete: () => {
              observer.complete();
            },
          },
        ),
      ),
  );
}
