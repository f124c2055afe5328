import { apart, sleep } from "@crossdock/runtime";
import type { ExecutionResult } from "graphql";
import { SubgraphUnavailableError } from "../errors/gateway-errors.ts";
import { asGraphQLError } from "../errors/present-result.ts";
import { publicError } from "../errors/public-error.ts";
import { createRequestController } from "../execution/deadline.ts";
import type { SubgraphTransport } from "../execution/transport.ts";
import type { GatewayLimits } from "../limits.ts";
import { correlationIdOf, newRequest } from "../request.ts";
import type { Lender } from "./authority.ts";
import { isSource, openSource } from "./open-source.ts";
import type { Source } from "./open-source.ts";
import { createUpstreamEvent } from "./upstream-event.ts";
import type { UpstreamEvent } from "./upstream-event.ts";
import { cursorOf, upstreamVariables } from "./upstream-operation.ts";
import type { StreamStart, UpstreamOperation } from "./upstream-operation.ts";

/** Why there will be no more events. */
export type UpstreamEnd =
  | { readonly kind: "completed" }
  /** The subgraph did not let it begin. */
  | { readonly kind: "refused"; readonly result: ExecutionResult }
  | { readonly kind: "failed"; readonly reason: unknown };

export type UpstreamOptions = {
  readonly subgraph: SubgraphTransport;
  readonly operation: UpstreamOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly start: StreamStart;
  /** In whose name it is opened, now or again. */
  readonly lender: () => Lender;
  readonly limits: Pick<
    GatewayLimits,
    "requestTimeoutMs" | "maxUpstreamTries" | "maxUpstreamBackoffMs"
  >;
  /** Called for each event, in order. @returns what to wait for before the next one is read */
  readonly onEvent: (event: UpstreamEvent) => Promise<void> | undefined;
  readonly onReopen: () => void;
  /** Called once, unless it was closed before. */
  readonly onEnd: (end: UpstreamEnd) => void;
};

/** The events of one subscription at the subgraph that owns it. */
export interface Upstream {
  /** Lets go of the subgraph's source at once. */
  close(): void;
}

const FIRST_BACKOFF_MS = 100;
/** A source that held for this long was no failed try, also when nothing happened meanwhile. */
const STEADY_AFTER_MS = 60_000;

/**
 * Opens a subscription at its subgraph and reads it until it is closed. When it breaks (the connection, the
 * subgraph's process, the gateway itself being too slow a reader) it is opened again from the last cursor that
 * was heard, so that nothing is lost and nothing doubled; after `maxUpstreamTries` in a row without an
 * event it ends as unavailable. What is no break, such as an expired cursor, ends it at once, and so does a break
 * before any cursor was heard: from where it would go on is not known.
 */
export function openUpstream(options: UpstreamOptions): Upstream {
  return new ReopeningUpstream(options);
}

class ReopeningUpstream implements Upstream {
  readonly #options: UpstreamOptions;
  readonly #closed = createRequestController();
  #source: Source | null = null;
  #lastCursor: string | null;
  #wasOpen = false;
  #tries = 0;

  constructor(options: UpstreamOptions) {
    this.#options = options;
    this.#lastCursor = options.start.after;
    // Longer than the one who is the first to follow.
    apart(() => void this.#run());
  }

  close(): void {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    this.#letGo();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed;
    for (let { start } = this.#options; ; start = this.#resumeFrom()) {
      const lender = this.#options.lender();
      const openedAtMs = performance.now();
      const end = await this.#read(start, lender);
      if (performance.now() - openedAtMs > STEADY_AFTER_MS) this.#tries = 0;
      this.#letGo();
      if (signal.aborted) return;
      const isOver = !this.#canGoOn(end, lender);
      if (isOver || this.#tries >= this.#options.limits.maxUpstreamTries) {
        this.#closed.abort();
        this.#options.onEnd(isOver ? end : unavailable(end));
        return;
      }
      await sleep(this.#backoffMs(), signal).catch(() => undefined);
      if (signal.aborted) return;
      this.#tries += 1;
      this.#options.onReopen();
    }
  }

  async #read(start: StreamStart, lender: Lender): Promise<UpstreamEnd> {
    const { subgraph, operation, variables, limits, onEvent } = this.#options;
    const { query, document } = operation;
    try {
      const correlationId = correlationIdOf(undefined);
      const { signal } = this.#closed;
      const opened = await openSource(
        subgraph,
        {
          query,
          document,
          variables: upstreamVariables(operation, variables, start),
          request: newRequest({ ...lender, correlationId, signal, maxAgeMs: null }),
        },
        limits.requestTimeoutMs,
      );
      if (!isSource(opened)) return { kind: "refused", result: opened };
      this.#source = opened;
      if (signal.aborted) this.#letGo();
      this.#wasOpen = true;
      for (;;) {
        const step = await opened.next();
        if (signal.aborted || step.done === true) return { kind: "completed" };
        const failure = failureOf(step.value);
        if (failure !== null) return { kind: "failed", reason: failure };
        const cursor = cursorOf(operation, step.value.data);
        this.#lastCursor = cursor ?? this.#lastCursor;
        this.#tries = 0;
        await onEvent(createUpstreamEvent(step.value, cursor));
      }
    } catch (error) {
      return { kind: "failed", reason: error };
    }
  }

  #resumeFrom(): StreamStart {
    return { after: this.#lastCursor, fromSnapshot: false };
  }

  /** Whether the end is a break that an opening from the last cursor may heal. */
  #canGoOn(end: UpstreamEnd, { authorization }: Lender): boolean {
    if (!this.#wasOpen || this.#lastCursor === null) return false;
    if (end.kind === "completed") return true; // a log has no end: its process has gone
    const code = codeOf(end.kind === "refused" ? end.result.errors?.[0] : end.reason);
    // the token that it was opened with has expired; another subscriber's has not
    if (code === "UNAUTHENTICATED") return this.#options.lender().authorization !== authorization;
    return BREAKS.has(code);
  }

  #backoffMs(): number {
    const { maxUpstreamBackoffMs } = this.#options.limits;
    const longestMs = Math.min(maxUpstreamBackoffMs, FIRST_BACKOFF_MS * 2 ** this.#tries);
    return longestMs * (0.5 + Math.random() / 2);
  }

  /** Not waited for: a source may be parked where it does not hear `return()`. */
  #letGo(): void {
    const source = this.#source;
    this.#source = null;
    void source?.return?.().catch(() => undefined);
  }
}

/** What may be gone at the next try. */
const BREAKS: ReadonlySet<unknown> = new Set([
  "SLOW_CONSUMER",
  "SOURCE_UNAVAILABLE",
  "RATE_LIMITED",
  "INTERNAL_SERVER_ERROR",
]);

/** A stream over HTTP says why it ends as a result that is about no field. */
function failureOf({ data, errors }: ExecutionResult): unknown {
  if (data !== undefined && data !== null) return null;
  const first = errors?.[0];
  return first === undefined || first.path !== undefined ? null : first;
}

function codeOf(error: unknown): unknown {
  const raised = asGraphQLError(error);
  return publicError(raised, raised.toJSON()).extensions?.["code"];
}

function unavailable(end: UpstreamEnd): UpstreamEnd {
  const cause = end.kind === "failed" ? end.reason : new Error(`The stream was ${end.kind}.`);
  return { kind: "failed", reason: new SubgraphUnavailableError(cause) };
}
