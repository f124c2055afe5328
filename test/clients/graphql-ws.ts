import { createClient, type Client } from "graphql-ws";
import { WebSocket } from "ws";
import { waitBeforeRetry } from "./connect-again.ts";
import { resuming } from "./resuming.ts";

/** @param token asked at every connection: one that has expired meanwhile is replaced by itself */
export function createLiveClient(url: string, token: () => Promise<string>): Client {
  const client = createClient({
    url: `${url.replace(/^http/, "ws")}/graphql`,
    webSocketImpl: WebSocket, // in Node; browsers and React Native have their own
    connectionParams: async () => ({ authorization: `Bearer ${await token()}` }),
    retryAttempts: Infinity,
    retryWait: waitBeforeRetry,
    shouldRetry: () => true, // also while nobody listens, which the library takes for final
  });
  return resuming(client);
}
