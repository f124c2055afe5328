import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import type { Stack } from "../stack.ts";

/** So long a stream is listened to: what is replayed comes at once. */
const LISTEN_MS = 4_000;

/** An operation as somebody sends it: its text, or the id of one that was accepted before. */
export type Asked = { readonly query?: string; readonly extensions?: Record<string, unknown> };

/** The operation that was accepted under this id. */
export function persisted(id: string): Asked {
  return { extensions: { persistedQuery: { version: 1, sha256Hash: id } } };
}

/** All that a stream says within some seconds, and what ends it before. */
export async function listen(stack: Stack, asked: Asked, token: string): Promise<unknown[]> {
  const messages: unknown[] = [];
  const client = createClient({
    url: `${stack.url.replace(/^http/, "ws")}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  const stop = client.subscribe(
    { query: "", ...asked },
    {
      next: (message) => messages.push(message),
      error: (error) => messages.push(Array.isArray(error) ? error : String(error)),
      complete: () => undefined,
    },
  );
  await new Promise((resolve) => setTimeout(resolve, LISTEN_MS));
  stop();
  await client.dispose();
  return messages;
}

/** The same as server-sent events: also of a query, whose one result ends it. */
export async function listenOverEvents(
  stack: Stack,
  asked: Asked,
  token?: string,
): Promise<string[]> {
  const messages: string[] = [];
  try {
    const response = await fetch(`${stack.url}/graphql`, {
      method: "POST",
      headers: {
        accept: "text/event-stream",
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(asked),
      signal: AbortSignal.timeout(LISTEN_MS),
    });
    for await (const chunk of response.body ?? []) {
      messages.push(Buffer.from(chunk as Uint8Array).toString());
    }
  } catch (error) {
    if ((error as Error).name !== "TimeoutError") throw error;
  }
  return messages;
}

export async function get(
  stack: Stack,
  { query, extensions }: Asked,
  token: string,
): Promise<string> {
  const url = new URL("/graphql", stack.url);
  if (query !== undefined) url.searchParams.set("query", query);
  if (extensions !== undefined) url.searchParams.set("extensions", JSON.stringify(extensions));
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}`, "apollo-require-preflight": "true" },
  });
  return response.text();
}
