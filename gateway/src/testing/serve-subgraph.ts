import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { ExecutionResult } from "graphql";
import { createRequestController } from "../execution/deadline.ts";
import type { SubgraphTransport } from "../execution/transport.ts";
import { withReads } from "../execution/reads-over-the-wire.ts";
import { MAX_AGE_HEADER, maxAgeOfHeader } from "../max-age.ts";
import { newRequest } from "../request.ts";

/** A subgraph behind a port, which can go away and come back there. */
export interface ServedSubgraph {
  readonly url: URL;
  /** Cuts all connections, as a killed process does, and answers nobody. */
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/** Serves a subgraph of this process by HTTP, its subscriptions as server-sent events. */
export async function serveSubgraph(subgraph: SubgraphTransport): Promise<ServedSubgraph> {
  let server = await listen(subgraph, 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${String(port)}/graphql`),
    kill: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    restart: async () => {
      server = await listen(subgraph, port);
    },
  };
}

async function listen(subgraph: SubgraphTransport, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    answer(subgraph, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return server;
}

async function answer(
  subgraph: SubgraphTransport,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { query, operationName, variables } = (await json(incoming)) as {
    readonly query: string;
    readonly operationName?: string;
    readonly variables: Readonly<Record<string, unknown>>;
  };
  const gone = createRequestController();
  response.once("close", () => {
    gone.abort();
  });
  const request = newRequest({
    correlationId: "served",
    viewer: null,
    authorization: null,
    signal: gone.signal,
    maxAgeMs: maxAgeOfHeader(incoming.headers[MAX_AGE_HEADER]),
  });
  const call = {
    query,
    variables,
    request,
    ...(operationName !== undefined && { operationName }),
  };
  const isStream = incoming.headers.accept === "text/event-stream";
  const result = await (isStream ? subgraph.subscribe(call) : subgraph.execute(call));
  if (!(Symbol.asyncIterator in result)) {
    const told = withReads(result, request.reads);
    response.setHeader("content-type", "application/json").end(JSON.stringify(told));
    return;
  }
  response.setHeader("content-type", "text/event-stream").flushHeaders();
  await writeEvents(result, response);
}

async function writeEvents(
  results: AsyncIterable<ExecutionResult>,
  response: ServerResponse,
): Promise<void> {
  for await (const result of results) {
    response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
  }
  response.end("event: complete\ndata:\n\n");
}
