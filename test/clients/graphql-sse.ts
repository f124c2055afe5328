import { createClient, type Client } from "graphql-sse";
import { waitBeforeRetry } from "./connect-again.ts";
import { resuming } from "./resuming.ts";

/** @param token asked at every connection: one that has expired meanwhile is replaced by itself */
export function createEventSourceClient(url: string, token: () => Promise<string>): Client {
  const client = createClient({
    url: `${url}/graphql`,
    headers: async () => ({ authorization: `Bearer ${await token()}` }),
    retryAttempts: Infinity,
    retry: waitBeforeRetry,
  });
  return resuming(client);
}
