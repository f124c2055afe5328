import { SourceProtocolError } from "@crossdock/source-contract";
import {
  unexpected,
  stringifyExactJson,
  type Remembered,
  type SourceAnswer,
  type SourceCall,
  type SourceHttp,
} from "@crossdock/source-http";
import { z } from "zod";

export type Query = Readonly<Record<string, string | undefined>>;

/** ShipBob's REST API 2026-01 with our key. Answers are decoded by the caller's schema. */
export interface ShipbobClient {
  /** The source's name in `crossdock.yaml`. */
  readonly name: string;
  /** @throws {SourceProtocolError} any status but 200, or a body that does not fit */
  get<T>(path: string, query: Query, schema: z.ZodType<T>, signal: AbortSignal): Promise<T>;
  /** Like `get`, with the header that names the next page. */
  getPage<T>(
    path: string,
    query: Query,
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<{ readonly body: T; readonly hasNext: boolean }>;
  /** Follows `next` to the end of a list that pages by URL. */
  getAll<T>(path: string, query: Query, item: z.ZodType<T>, signal: AbortSignal): Promise<T[]>;
  /** A question that goes in a body; repeated like any other read. `path` may be the URL of a next page. */
  query<T>(path: string, body: unknown, schema: z.ZodType<T>, signal: AbortSignal): Promise<T>;
  /** Sent once. Statuses are left to the caller. */
  send(
    method: "POST" | "DELETE",
    path: string,
    body: unknown,
    signal: AbortSignal,
  ): Promise<SourceAnswer>;
  decode<T>(operation: string, answer: SourceAnswer, schema: z.ZodType<T>): T;
}

/** The path's first part is the API's version: this adapter speaks this one and no other. */
export const VERSION = "/2026-01";
/** A list that never ends is a bug of the source; stop instead of asking forever. */
const MAX_LIST_PAGES = 200;

export type ShipbobClientDeps = {
  readonly name: string;
  readonly http: SourceHttp;
  readonly token: string;
  /** The id of the channel that writes belong to. */
  readonly channel: Remembered<string>;
};

export function createShipbobClient(deps: ShipbobClientDeps): ShipbobClient {
  const { name, http, token, channel } = deps;
  const authorization = `Bearer ${token}`;

  const ask = async (
    method: "GET" | "POST",
    path: string,
    asked: Pick<SourceCall, "query" | "body" | "headers">,
    signal: AbortSignal,
  ) => {
    const operation = `${method} ${operationOf(path)}`;
    const whole = path.startsWith("http") || path.startsWith(VERSION) ? path : `${VERSION}${path}`;
    const headers = { authorization, ...asked.headers };
    const answer = await http.call(
      { ...asked, operation, method, path: whole, headers, kind: "read" },
      signal,
    );
    if (answer.status !== 200) throw unexpected(name, operation, answer);
    return { operation, answer };
  };
  const read = (path: string, query: Query, signal: AbortSignal) =>
    ask("GET", path, { query }, signal);

  return {
    name,
    async get(path, query, schema, signal) {
      const { operation, answer } = await read(path, query, signal);
      return decode(name, operation, answer, schema);
    },
    async getPage(path, query, schema, signal) {
      const { operation, answer } = await read(path, query, signal);
      const next = answer.headers["next-page"];
      const hasNext = next !== undefined && next !== "";
      return { body: decode(name, operation, answer, schema), hasNext };
    },
    async getAll(path, query, item, signal) {
      const page = z.object({ items: z.array(item), next: z.string().nullish() });
      const items: z.infer<typeof item>[] = [];
      let at: { path: string; query: Query } | null = { path, query };
      for (let pages = 0; at !== null; pages += 1) {
        const { operation, answer } = await read(at.path, at.query, signal);
        if (pages === MAX_LIST_PAGES) {
          throw new SourceProtocolError(name, operation, "the list does not end");
        }
        const body = decode(name, operation, answer, page);
        items.push(...body.items);
        at = body.next == null ? null : { path: body.next, query: {} };
      }
      return items;
    },
    async query(path, body, schema, signal) {
      const headers = { "content-type": "application/json" };
      const asked = { headers, body: stringifyExactJson(body) };
      const { operation, answer } = await ask("POST", path, asked, signal);
      return decode(name, operation, answer, schema);
    },
    async send(method, path, body, signal) {
      const channelId = await channel.get(signal);
      return http.call(
        {
          operation: `${method} ${operationOf(path)}`,
          method,
          path: `${VERSION}${path}`,
          headers: {
            authorization,
            shipbob_channel_id: channelId,
            ...(body === null ? {} : { "content-type": "application/json" }),
          },
          ...(body === null ? {} : { body: stringifyExactJson(body) }),
          kind: "write",
        },
        signal,
      );
    },
    decode: (operation, answer, schema) => decode(name, operation, answer, schema),
  };
}

/** @throws {SourceProtocolError} the body does not fit */
export function decode<T>(
  name: string,
  operation: string,
  answer: SourceAnswer,
  schema: z.ZodType<T>,
): T {
  const parsed = schema.safeParse(answer.json());
  if (parsed.success) return parsed.data;
  throw new SourceProtocolError(name, operation, z.prettifyError(parsed.error));
}

/** `/order/100000001:cancel` → `order:cancel`: few names, whatever the number of documents. */
function operationOf(path: string): string {
  const pathname = path.startsWith("http") ? new URL(path).pathname : path;
  const version = pathname.indexOf(VERSION);
  return pathname
    .slice(version < 0 ? 0 : version + VERSION.length)
    .replace(/\/[\w-]*\d[\w-]*/g, "")
    .replace(/^\//, "");
}
