import { LogPageDocument, type LogPageQuery } from "../generated/operations.ts";
import type { GraphqlClient } from "../src/graphql-client.ts";

/** An event as operators read it in the log. */
export type LogEntry = LogPageQuery["events"][number];

const MAX_PAGES = 10_000;

/**
 * Everything in the log after a cursor, in its order.
 * @param token of an operator
 */
export async function readLog(
  client: GraphqlClient,
  token: string,
  after: string,
): Promise<readonly LogEntry[]> {
  const entries: LogEntry[] = [];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const cursor = entries.at(-1)?.cursor ?? after;
    const { events }: LogPageQuery = await client.ask(LogPageDocument, { after: cursor }, token);
    if (events.length === 0) return entries;
    entries.push(...events);
  }
  throw new Error(`The log does not end after ${String(MAX_PAGES)} pages.`);
}
