import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { createLiveClient } from "./graphql-ws.ts";

export function createUrqlClient(url: string, token: () => Promise<string>): Client {
  const live = createLiveClient(url, token);
  return new Client({
    url: `${url}/graphql`,
    preferGetMethod: false,
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = "", variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: live.subscribe({ query, variables }, sink as never),
          }),
        }),
      }),
    ],
  });
}
