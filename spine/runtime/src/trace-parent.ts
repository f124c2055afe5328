import type { SpanContext } from "@opentelemetry/api";

const TRACE_PARENT =
  /^\s?((?!ff)[\da-f]{2})-((?!0{32})[\da-f]{32})-((?!0{16})[\da-f]{16})-([\da-f]{2})(-.*)?\s?$/;
/** The version that has no more parts than these; later ones may. */
const FIRST_VERSION = "00";

/**
 * The W3C's `traceparent`. Read here and not by `@opentelemetry/core`, which reads the same: it would bring a hundred modules to
 * every process, whether or not it traces.
 * @returns `null` where it is none
 */
export function parseTraceParent(text: string): SpanContext | null {
  const [, version, traceId, spanId, flags, more] = TRACE_PARENT.exec(text) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (version === FIRST_VERSION && more !== undefined) return null;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) };
}
