import { readTraceparent } from "@crossdock/runtime";
import type { ExecutionResult } from "graphql";

/** A subgraph's event with the span that it comes from, in `extensions.traceparent`: for the gateway, and no client. */
export function withTraceparent(
  result: ExecutionResult,
  traceparent: string | null,
): ExecutionResult {
  if (traceparent === null) return result;
  return { ...result, extensions: { ...result.extensions, traceparent } };
}

/** @returns `null` when the subgraph names none */
export function traceparentOf({ extensions }: ExecutionResult): string | null {
  return readTraceparent(extensions?.["traceparent"]);
}
