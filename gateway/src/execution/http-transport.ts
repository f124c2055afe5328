import { traceparentNow } from "@crossdock/runtime";
import { GraphQLError } from "graphql";
import type { ExecutionResult, GraphQLFormattedError } from "graphql";
import { Pool } from "undici";
import { SubgraphUnavailableError } from "../errors/gateway-errors.ts";
import { readEventStream } from "./read-event-stream.ts";
import { headerOfMaxAge } from "../max-age.ts";
import { postForText } from "./post-for-text.ts";
import { addReads } from "./reads-over-the-wire.ts";
import { openBody } from "./transport.ts";
import type { SubgraphRequest, SubgraphTransport } from "./transport.ts";

export type HttpTransportOptions = {
  /** The subgraph's GraphQL endpoint. */
  readonly url: URL;
  readonly maxConnections?: number;
  readonly connectTimeoutMs?: number;
  /** Without a byte of an answer, or of a stream whose subgraph is to send comments meanwhile. */
  readonly idleTimeoutMs?: number;
  /** Of one answer, or of one event. */
  readonly maxResponseBytes?: number;
};

export interface HttpTransport extends SubgraphTransport {
  /** Cuts what is under way. */
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 64;
const CONNECT_TIMEOUT_MS = 2_000;
const IDLE_TIMEOUT_MS = 30_000;
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

/**
 * A subgraph in another process: queries and mutations by POST over kept connections, subscriptions
 * as server-sent events. The caller's token goes along, and the subgraph verifies it again; how old the
 * answer may be goes along as well. What the subgraph tells of its reads counts for the request. Nothing
 * is sent twice: whether an operation may be repeated is the client's to know.
 * @returns calls throw {SubgraphUnavailableError} when no whole answer came
 */
export function createHttpTransport(options: HttpTransportOptions): HttpTransport {
  const { origin, pathname, search } = options.url;
  const path = pathname + search;
  const maxResponseBytes = options.maxResponseBytes ?? MAX_RESPONSE_BYTES;
  const timeouts = {
    connect: { timeout: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS },
    headersTimeout: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
    bodyTimeout: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
  };
  const answers = new Pool(origin, {
    ...timeouts,
    connections: options.maxConnections ?? MAX_CONNECTIONS,
    maxResponseSize: maxResponseBytes,
  });
  // streams hold their connection and grow without end: neither limit is for them
  const streams = new Pool(origin, timeouts);

  return {
    endsOnAbort: true,
    execute: async (call) => {
      const { signal, reads } = call.request;
      const headers = headersOf(call, "application/json");
      try {
        const posted = { pool: answers, path, headers, body: bodyOf(call), signal };
        const result = asResult(JSON.parse(await postForText(posted)));
        addReads(reads, result);
        return result;
      } catch (error) {
        throw new SubgraphUnavailableError(error);
      }
    },
    subscribe: async (call) => {
      try {
        const { body, headers } = await streams.request({
          method: "POST",
          path,
          headers: headersOf(call, "text/event-stream"),
          body: bodyOf(call),
          signal: call.request.signal,
        });
        const isStream = String(headers["content-type"]).startsWith("text/event-stream");
        if (!isStream) return asResult(await body.json());
        return readEventStream(body, asResult, maxResponseBytes);
      } catch (error) {
        throw new SubgraphUnavailableError(error);
      }
    },
    close: async () => {
      await Promise.all([answers.destroy(), streams.destroy()]);
    },
  };
}

/** @returns names and values in turn */
function headersOf({ request }: SubgraphRequest, accept: string): string[] {
  const { correlationId, authorization, maxAgeMs } = request;
  const headers = ["content-type", "application/json", "accept", accept];
  headers.push("x-correlation-id", correlationId);
  const traceparent = traceparentNow();
  if (traceparent !== null) headers.push("traceparent", traceparent);
  if (maxAgeMs !== null) headers.push(...Object.entries(headerOfMaxAge(maxAgeMs)).flat());
  if (authorization !== null) headers.push("authorization", authorization);
  return headers;
}

function bodyOf(call: SubgraphRequest): string {
  const { query, operationName, variables, writeVariables } = call;
  const opened = call.openedBody ?? openBody(query, operationName);
  return `${opened}${writeVariables?.() ?? JSON.stringify(variables)}}`;
}

/** Errors become instances again, with the path and the code that the subgraph gave them. */
function asResult(answer: unknown): ExecutionResult {
  const { data, errors, extensions } = (answer ?? {}) as {
    readonly data?: ExecutionResult["data"];
    readonly errors?: readonly GraphQLFormattedError[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  };
  if (data === undefined && !Array.isArray(errors)) throw new Error("The answer is not GraphQL.");
  if (errors === undefined && extensions === undefined) return { data: data ?? null };
  return {
    ...(data === undefined ? {} : { data }),
    ...(errors === undefined ? {} : { errors: errors.map(asError) }),
    ...(extensions === undefined ? {} : { extensions }),
  };
}

function asError({ message, path, extensions }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null });
}
