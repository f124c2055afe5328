import { AsyncLocalStorage } from "node:async_hooks";
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from "@opentelemetry/api";
import type { Context, Span, SpanContext, SpanOptions, Tracer } from "@opentelemetry/api";
import { parseTraceParent } from "./trace-parent.ts";

/**
 * The one way in which the tree makes spans. A trace begins where a client or a source asks for something
 * (`inTrace`), and everything that is done for it is a span within it (`inSpan`); what nobody asked for makes none.
 * It goes on over the queue, over restarts and over days by its _traceparent_, the text of the W3C's header, which
 * commands, orders and events keep. Attributes name kinds, ids of ours and outcomes, never values that a client or a
 * source gave: no variables, no addresses of calls, no words of a vendor.
 */
export type SpanDescription = {
  /** What is done, and of which kind: `attempt orders.submitOrder`. Few different ones. */
  readonly name: string;
  readonly kind?: keyof typeof KINDS;
  readonly attributes?: SpanAttributes;
  /** Milliseconds since 1970; now when left out. */
  readonly startedAtMs?: number;
};

export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A span that is open. */
export interface WorkSpan {
  /** `null` when nothing is traced. */
  readonly traceparent: string | null;
  /** What is done is known better now. */
  rename(name: string): void;
  note(attributes: SpanAttributes): void;
  /** It did not come to what it was for, though nothing was thrown. @param type of few different ones */
  failed(type: string): void;
}

/** What somebody is doing, so that its log lines, calls and commands are known to be of it. */
export type Work = {
  readonly correlationId: string | null;
  /** Of the span that it goes on from; `null` when it is in no trace. */
  readonly traceparent: string | null;
};

type Doing = { readonly correlationId: string | null; readonly context: Context };

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

const current = new AsyncLocalStorage<Doing>();
let tracer: Tracer | null = null;
let headersForSources = (): Readonly<Record<string, string>> => NO_HEADERS;

const NO_HEADERS: Readonly<Record<string, string>> = {};
const NO_SPAN: WorkSpan = {
  traceparent: null,
  rename: () => undefined,
  note: () => undefined,
  failed: () => undefined,
};

/** From now on spans are made; see `startTelemetry`. @param given `null`: none are */
export function traceWith(given: Tracer | null, options: { readonly tellsSources: boolean }): void {
  tracer = given;
  headersForSources = options.tellsSources ? traceHeaders : () => NO_HEADERS;
}

/** Runs `run` as a part of what a client, a command or a notification asks for. Makes no span. */
export function doing<T>({ correlationId, traceparent }: Work, run: () => T): T {
  return current.run({ correlationId, context: contextOf(traceparent) }, run);
}

/**
 * Begins a trace, or goes on with the caller's.
 * @param describe not called when nothing is traced
 */
export function inTrace<T>(
  work: Work,
  describe: () => SpanDescription,
  run: (span: WorkSpan) => Promise<T>,
): Promise<T> {
  if (tracer === null) return doing(work, () => run(NO_SPAN));
  const { correlationId, traceparent } = work;
  return runIn(tracer, { correlationId, context: contextOf(traceparent) }, describe(), run);
}

/**
 * Runs `run` as a span of the trace that is under way; without one there is no span. What is thrown marks it as failed,
 * by its kind alone.
 * @param describe not called when nothing is traced
 */
export function inSpan<T>(
  describe: () => SpanDescription,
  run: (span: WorkSpan) => Promise<T>,
): Promise<T> {
  const parent = current.getStore();
  if (tracer === null || parent === undefined || !isTraced(parent)) return run(NO_SPAN);
  return runIn(tracer, parent, describe(), run);
}

/** The span that is open for what is done now, to say more of it; `null` when there is none. */
export function currentSpan(): WorkSpan | null {
  const doingNow = tracer === null ? undefined : current.getStore();
  const span = doingNow === undefined ? undefined : trace.getSpan(doingNow.context);
  return span?.isRecording() === true ? workSpanOf(span) : null;
}

/** Runs what outlives the one who sets it off, as a part of nothing. */
export function apart<T>(run: () => T): T {
  return current.exit(run);
}

/** A span of which beginning and end are not in one call. */
export interface OpenSpan {
  /** For what follows from it. */
  readonly traceparent: string | null;
  /** @param failure of few different ones; left out when it came to what it was for */
  end(failure?: string): void;
}

/** Opens a span that goes on from `traceparent`; without one, or when nothing is traced, there is none. */
export function openSpan(traceparent: string | null, describe: () => SpanDescription): OpenSpan {
  if (tracer === null || traceparent === null) return { traceparent, end: () => undefined };
  const { name, ...options } = optionsOf(describe());
  const span = tracer.startSpan(name, options, contextOf(traceparent));
  return {
    traceparent: textOf(span.spanContext()),
    end: (failure) => {
      if (failure !== undefined) markFailed(span, failure);
      span.end();
    },
  };
}

/** What follows from what is done now goes on from this; `null` outside of any trace. */
export function traceparentNow(): string | null {
  const doingNow = current.getStore();
  if (doingNow === undefined) return null;
  const span = trace.getSpanContext(doingNow.context);
  return span === undefined ? null : textOf(span);
}

/** What a line of a log says of the work that it is about. */
export function workFields(): { readonly correlationId?: string; readonly traceId?: string } {
  const doingNow = current.getStore();
  if (doingNow === undefined) return {};
  const { correlationId, context } = doingNow;
  const traceId = trace.getSpanContext(context)?.traceId;
  return {
    ...(correlationId === null ? {} : { correlationId }),
    ...(traceId === undefined ? {} : { traceId }),
  };
}

/** The traceparent that a caller sent, where it is one; whatever else came is as good as nothing. */
export function readTraceparent(header: unknown): string | null {
  const span = typeof header === "string" ? parseTraceParent(header) : null;
  return span === null ? null : textOf(span);
}

/** What a call to another part of ours takes along. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const traceparent = traceparentNow();
  return traceparent === null ? NO_HEADERS : { traceparent };
}

/** What a call to a source takes along: nothing, unless the configuration says that sources are told. */
export function traceHeadersForSource(): Readonly<Record<string, string>> {
  return headersForSources();
}

function contextOf(traceparent: string | null): Context {
  const parent = traceparent === null ? null : parseTraceParent(traceparent);
  return parent === null
    ? ROOT_CONTEXT
    : trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
}

function isTraced({ context }: Doing): boolean {
  return trace.getSpanContext(context) !== undefined;
}

function textOf({ traceId, spanId, traceFlags }: SpanContext): string {
  const flags = (traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, "0");
  return `00-${traceId}-${spanId}-${flags}`;
}

async function runIn<T>(
  by: Tracer,
  { correlationId, context }: Doing,
  description: SpanDescription,
  run: (span: WorkSpan) => Promise<T>,
): Promise<T> {
  const { name, ...options } = optionsOf(description);
  const span = by.startSpan(name, options, context);
  const inside = { correlationId, context: trace.setSpan(context, span) };
  try {
    return await current.run(inside, () => run(workSpanOf(span)));
  } catch (error) {
    markFailed(span, kindOf(error));
    throw error;
  } finally {
    span.end();
  }
}

function optionsOf({ name, kind = "internal", attributes = {}, startedAtMs }: SpanDescription) {
  return {
    name,
    kind: KINDS[kind],
    attributes,
    ...(startedAtMs === undefined ? {} : { startTime: startedAtMs }),
  } satisfies SpanOptions & { readonly name: string };
}

function workSpanOf(span: Span): WorkSpan {
  return {
    traceparent: textOf(span.spanContext()),
    rename: (name) => span.updateName(name),
    note: (attributes) => {
      for (const [key, value] of Object.entries(attributes)) {
        if (value !== undefined) span.setAttribute(key, value);
      }
    },
    failed: (type) => {
      markFailed(span, type);
    },
  };
}

function markFailed(span: Span, type: string): void {
  span.setAttribute("error.type", type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The message of an error may hold what a client or a vendor said; its kind does not. */
function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
