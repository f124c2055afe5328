import {
  DEFAULT_LANE,
  oncePerLane,
  SourceProtocolError,
  SourceRateLimitedError,
  SourceUnavailableError,
  UnknownOutcomeError,
  type SourceHealth,
  type SourceLane,
} from "@crossdock/source-contract";
import {
  inSpan,
  noteSourceCall,
  traceHeadersForSource,
  type Logger,
  type WorkSpan,
} from "@crossdock/runtime";
import { BrokenCircuitError, ExponentialBackoff, handleWhen, retry } from "cockatiel";
import { Agent, type Dispatcher } from "undici";
import { createBudget, type RemainingCalls } from "./budget.ts";
import { createCircuits, HALF_OPEN_AFTER_MS, isFailure } from "./circuits.ts";
import { parseExactJson } from "./json.ts";
import { createRecentCalls } from "./recent-calls.ts";
import type { SourceBudget } from "./source-budget.ts";
import { readBody, retryAfterMs, wasNeverSent, type Headers } from "./wire.ts";

export type SourceHttpOptions = {
  /** The source's name in `crossdock.yaml`. */
  readonly name: string;
  /** Paths of calls are joined to it; no slash at the end. */
  readonly baseUrl: string;
  readonly budget: SourceBudget;
  /** For one try. */
  readonly timeoutMs: number;
  readonly logger: Logger;
  /** What the vendor says, with an answer, that it will still take; it says nothing when left out. */
  readonly readRemaining?: (headers: Headers) => RemainingCalls;
  /** Whether these are calls for tokens: no request is charged for them. */
  readonly isForAccess?: boolean;
  /** Told every call that was sent, for metrics. */
  readonly onCall?: (call: CallReport) => void;
};

export type CallReport = {
  readonly source: string;
  readonly operation: string;
  readonly outcome: "answered" | "unavailable" | "rate-limited" | "unknown";
  /** From when it was sent. */
  readonly latencyMs: number;
  readonly lane: SourceLane;
  /** How long it waited for its turn before that. */
  readonly waitedMs: number;
};

export type SourceCall = {
  /** Names the call in metrics and errors, e.g. `salesOrders.list`. */
  readonly operation: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the base URL, or a whole URL of the same origin (a vendor's next-page link). */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /**
   * A `read` may be repeated and is, when the source fails. A `write` is sent once; when its
   * answer is lost the outcome is unknown.
   */
  readonly kind: "read" | "write";
};

export type SourceAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Numbers as text (see json.ts). @throws {SourceProtocolError} not JSON */
  json(): unknown;
};

/** HTTP to one source, within its budget, behind breakers. Statuses below 500 but 429 are answers. */
export interface SourceHttp {
  /**
   * @throws {SourceRateLimitedError} the source or its budget has no room; nothing was done
   * @throws {SourceUnavailableError} no answer; nothing was done
   * @throws {UnknownOutcomeError} a write was sent and its answer was lost
   */
  call(call: SourceCall, signal: AbortSignal): Promise<SourceAnswer>;
  /** The same connections, budget and breakers, asked for this purpose. */
  inLane(lane: SourceLane): SourceHttp;
  /** Of all lanes together. */
  health(): SourceHealth;
  close(): Promise<void>;
}

const READ_RETRIES = 2;
const MINUTE_MS = 60_000;
const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
const DEFAULT_PAUSE_MS = 1_000;
const MAX_DETAIL_CHARACTERS = 500;

export function createSourceHttp(options: SourceHttpOptions): SourceHttp {
  const { name, budget: limits } = options;
  const origin = new URL(options.baseUrl).origin;
  const agent = new Agent({ connections: limits.concurrent, keepAliveTimeout: 30_000 });
  const recent = createRecentCalls();
  const budget = createBudget(name, limits, () => {
    recent.rejected(Date.now());
  });
  const circuits = createCircuits(options, () => {
    budget.reconsider();
  });
  const repeating = retry(handleWhen(isFailure), {
    maxAttempts: READ_RETRIES,
    backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 1_000 }),
  });

  type Turn = Pick<CallReport, "lane" | "waitedMs">;

  /** @param attempt 1 for the first, more for a read that is repeated */
  const send = (
    call: SourceCall,
    turn: Turn,
    attempt: number,
    signal: AbortSignal,
  ): Promise<SourceAnswer> =>
    inSpan(
      () => ({
        name: `${name} ${call.operation}`,
        kind: "client",
        attributes: {
          "source.name": name,
          "source.operation": call.operation,
          "source.lane": turn.lane,
          "source.attempt": attempt,
          "source.waited_ms": turn.waitedMs,
          "http.request.method": call.method,
        },
      }),
      (span) => sendOnce(call, turn, span, signal),
    );

  const sendOnce = async (
    call: SourceCall,
    turn: Turn,
    span: WorkSpan,
    signal: AbortSignal,
  ): Promise<SourceAnswer> => {
    const startedAt = performance.now();
    const report = (outcome: CallReport["outcome"]) => {
      const latencyMs = performance.now() - startedAt;
      if (outcome === "answered") recent.answered(latencyMs, Date.now());
      if (outcome === "rate-limited") recent.rejected(Date.now());
      options.onCall?.({ ...turn, source: name, operation: call.operation, outcome, latencyMs });
    };
    const deadline = AbortSignal.timeout(options.timeoutMs);
    recent.sent(Date.now());
    if (options.isForAccess !== true) noteSourceCall();
    try {
      const answer = await exchange(call, AbortSignal.any([signal, deadline]));
      span.note({ "http.response.status_code": answer.status });
      if (options.readRemaining !== undefined) {
        budget.remaining(options.readRemaining(answer.headers));
      }
      const judged = judge(call, answer);
      report(judged === null ? "answered" : outcomeOf(judged));
      if (judged !== null) throw judged;
      return answer;
    } catch (error) {
      if (isOurs(error)) throw error;
      // The caller's own abort of a read is no failure of the source.
      if (signal.aborted && call.kind === "read") throw signal.reason;
      const detail = deadline.aborted
        ? `no answer in ${String(options.timeoutMs)} ms`
        : String(error);
      const failure =
        call.kind === "write" && !wasNeverSent(error)
          ? new UnknownOutcomeError(name, call.operation, detail)
          : new SourceUnavailableError(name, call.operation, detail);
      report(outcomeOf(failure));
      throw failure;
    }
  };

  const exchange = async (call: SourceCall, signal: AbortSignal): Promise<SourceAnswer> => {
    const url = urlOf(call);
    const response = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: call.method as Dispatcher.HttpMethod,
      headers: { accept: "application/json", ...traceHeadersForSource(), ...call.headers },
      body: call.body ?? null,
      signal,
    });
    const text = await readBody(response.body, MAX_RESPONSE_BYTES);
    return {
      status: response.statusCode,
      headers: response.headers,
      text,
      json() {
        try {
          return parseExactJson(text);
        } catch {
          const detail = `${String(response.statusCode)} ${text.slice(0, MAX_DETAIL_CHARACTERS)}`;
          throw new SourceProtocolError(name, call.operation, detail, response.statusCode);
        }
      },
    };
  };

  /** @returns the error that the status means; `null` when the answer is one. */
  const judge = (call: SourceCall, { status, headers, text }: SourceAnswer): Error | null => {
    if (status === 429) {
      const pauseMs = retryAfterMs(headers) ?? DEFAULT_PAUSE_MS;
      budget.pause(pauseMs);
      return new SourceRateLimitedError(name, call.operation, pauseMs);
    }
    if (status < 500) return null;
    const detail = `${String(status)} ${text.slice(0, MAX_DETAIL_CHARACTERS)}`;
    const waitMs = retryAfterMs(headers);
    return status === 503 || call.kind === "read"
      ? new SourceUnavailableError(name, call.operation, detail, waitMs, status)
      : new UnknownOutcomeError(name, call.operation, detail, waitMs, status);
  };

  const urlOf = (call: SourceCall): URL => {
    const isWhole = call.path.startsWith("http:") || call.path.startsWith("https:");
    const url = new URL(isWhole ? call.path : `${options.baseUrl}${call.path}`);
    // A link in an answer must not send our credentials elsewhere.
    if (url.origin !== origin) {
      throw new SourceProtocolError(name, call.operation, `link to foreign origin ${url.origin}`);
    }
    for (const [key, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) url.searchParams.set(key, value);
    }
    // Vendors differ in reading "+"; every one reads "%20".
    url.search = url.search.replaceAll("+", "%20");
    return url;
  };

  const inLane = oncePerLane((lane): SourceHttp => ({
    inLane,
    async call(call, signal) {
      const { operation, kind } = call;
      const refusal = () => circuits.refusal(operation);
      let attempt = 0;
      const once = () => {
        attempt += 1;
        const askedAt = performance.now();
        return budget.spend({ lane, operation, signal, refusal }, () => {
          const turn = { lane, waitedMs: performance.now() - askedAt };
          return circuits.run(operation, signal, () => send(call, turn, attempt, signal));
        });
      };
      signal.throwIfAborted();
      if (kind === "read" && limits.isPaused?.() === true) {
        throw new SourceUnavailableError(name, operation, "paused by a person, not asked");
      }
      try {
        return await (kind === "read" ? repeating.execute(once, signal) : once());
      } catch (error) {
        if (error instanceof BrokenCircuitError) {
          const detail = "too many failures in a row, not asked";
          throw new SourceUnavailableError(name, operation, detail, HALF_OPEN_AFTER_MS);
        }
        throw error;
      }
    },
    health: () => ({
      state: circuits.state(),
      ...recent.summary(Date.now()),
      callBudgetPerMinute: Math.floor((limits.calls * MINUTE_MS) / limits.windowMs),
      lanes: budget.lanes(),
    }),
    async close() {
      await agent.close();
    },
  }));
  return inLane(DEFAULT_LANE);
}

function isOurs(error: unknown): boolean {
  return (
    error instanceof SourceUnavailableError ||
    error instanceof SourceRateLimitedError ||
    error instanceof UnknownOutcomeError ||
    error instanceof SourceProtocolError
  );
}

function outcomeOf(error: Error): CallReport["outcome"] {
  if (error instanceof SourceRateLimitedError) return "rate-limited";
  return error instanceof UnknownOutcomeError ? "unknown" : "unavailable";
}
