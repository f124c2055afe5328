import type { FormattedExecutionResult } from "graphql";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import type { Transport } from "./connection.ts";

/** @param url of the program, without `/graphql` */
export function createWebSocketTransport(url: string, token: string): Transport {
  return {
    name: "WebSocket",
    async *subscribe({ query, variables, from, resume }, cut) {
      const client = createClient({
        url: `${url.replace(/^http/, "ws")}/graphql`,
        webSocketImpl: CuttableSocket,
        connectionParams: { authorization: `Bearer ${token}` },
        retryAttempts: 0,
      });
      const breakOff = () => {
        client.terminate();
      };
      cut.addEventListener("abort", breakOff, { once: true });
      try {
        const after = resume?.cursor ?? from;
        for await (const result of client.iterate({
          query,
          variables: { ...variables, after },
        })) {
          yield { result: result as FormattedExecutionResult, eventId: null };
        }
      } finally {
        cut.removeEventListener("abort", breakOff);
        await client.dispose();
      }
    },
  };
}

/** May be cut before it is open, which graphql-ws does not listen for any more when it cuts. */
class CuttableSocket extends WebSocket {
  constructor(address: string, protocols: string[]) {
    super(address, protocols);
    this.on("error", () => undefined);
  }
}
