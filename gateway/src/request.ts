import { randomUUID } from "node:crypto";
import type { Instant, Viewer } from "@crossdock/domain";
import { createReadTally } from "@crossdock/runtime";
import type { ReadTally } from "@crossdock/runtime";
import { createLastInstant } from "./last-instant.ts";

/**
 * What every subgraph is told about one request. One object for the whole request, whichever
 * subgraphs it visits: its identity is what request-wide loaders hang on.
 */
export type GatewayRequest = {
  readonly requestId: string;
  /** The caller's own name for what it is doing, or ours; follows the work into logs and events. */
  readonly correlationId: string;
  /** Of the caller's span, as the W3C's header has it; `null` when the caller named none. */
  readonly traceparent: string | null;
  /** `null`: nobody said who is asking. The schema decides what that may see. */
  readonly viewer: Viewer | null;
  /** The header that proved the viewer, for a subgraph in another process. */
  readonly authorization: string | null;
  /** From where it was asked, as the network says; `null`: by ourselves, for a subscription. */
  readonly address: string | null;
  /** Aborts when the client has gone or the time for the request is over. */
  readonly signal: AbortSignal;
  readonly startedAt: Instant;
  /**
   * Ids of commands that were asked for before, filled in by the subgraphs in this process: the client
   * reads them in `extensions.replayed`.
   */
  readonly replayed: Set<string>;
  /** How old what is shown may be, in milliseconds; `null`: as old as each kind of value usually may. */
  readonly maxAgeMs: number | null;
  /** What answering takes from the sources, counted by the subgraphs. */
  readonly reads: ReadTally;
};

/** Starts a request now. */
export function newRequest(
  parts: Omit<
    GatewayRequest,
    "requestId" | "startedAt" | "replayed" | "reads" | "address" | "traceparent"
  > &
    Partial<Pick<GatewayRequest, "address" | "traceparent">>,
): GatewayRequest {
  const { address = null, traceparent = null } = parts;
  return {
    requestId: randomUUID(),
    correlationId: parts.correlationId,
    traceparent,
    viewer: parts.viewer,
    authorization: parts.authorization,
    address,
    signal: parts.signal,
    startedAt: startInstant(Date.now()),
    replayed: new Set(),
    maxAgeMs: parts.maxAgeMs,
    reads: createReadTally(),
  };
}

/** Requests of the same millisecond began at the same instant. */
const startInstant = createLastInstant();

/**
 * The same caller at a later moment, for one event of a subscription: a new object, so that what
 * was loaded for an earlier event is loaded again, and counted for this one.
 */
export function requestOfEvent(request: GatewayRequest): GatewayRequest {
  const { correlationId, viewer, authorization, signal } = request;
  return newRequest({ correlationId, viewer, authorization, signal, maxAgeMs: null });
}

const SANE_CORRELATION_ID = /^[\w.:/+=-]{1,128}$/;

/** The caller's correlation id when it is safe to log and send back, else a new one. */
export function correlationIdOf(header: string | string[] | undefined): string {
  return typeof header === "string" && SANE_CORRELATION_ID.test(header) ? header : randomUUID();
}
