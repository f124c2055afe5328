import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { openEvents } from "./sse-client.ts";

export const WAYS_IN = ["POST", "GET", "WebSocket", "server-sent events"] as const;
export type WayIn = (typeof WAYS_IN)[number];

export type Told = {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
  readonly extensions?: Readonly<Record<string, unknown>>;
};
/** `http` where the way in has a status for each operation. */
export type Answer = Told & { readonly http?: Response };

/** One operation over one of the ways in; of a subscription what comes first. */
export async function ask(
  way: WayIn,
  url: string,
  query: string,
  token: string | null = "portal",
): Promise<Answer> {
  switch (way) {
    case "POST":
      return told(
        await fetch(url, {
          method: "POST",
          headers: { "content-type": "application/json", ...bearer(token) },
          body: JSON.stringify({ query }),
        }),
      );
    case "GET":
      return told(
        await fetch(`${url}?query=${encodeURIComponent(query)}`, {
          headers: { "apollo-require-preflight": "1", ...bearer(token) },
        }),
      );
    case "WebSocket":
      return askOnSocket(url, query, token);
    case "server-sent events": {
      const stream = await openEvents(url, {
        method: "POST",
        query,
        ...(token === null ? {} : { token }),
      });
      const event = await stream.next();
      stream.leave();
      return event?.data as Told;
    }
  }
}

async function askOnSocket(url: string, query: string, token: string | null): Promise<Told> {
  const client = createClient({
    url: url.replace("http", "ws"),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: bearer(token),
  });
  try {
    return (await client.iterate({ query }).next()).value as Told;
  } catch (errors) {
    if (Array.isArray(errors)) return { errors: errors as NonNullable<Told["errors"]> };
    throw errors;
  } finally {
    await client.dispose();
  }
}

async function told(http: Response): Promise<Answer> {
  return { ...((await http.json()) as Told), http };
}

function bearer(token: string | null): Readonly<Record<string, string>> {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}
