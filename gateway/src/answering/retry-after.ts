import type { GraphQLFormattedError } from "graphql";

/** Tells clients that know HTTP only when to come again: the longest wait that an error of the answer names. */
export function retryAfter(
  errors: readonly GraphQLFormattedError[] = [],
): Readonly<Record<string, string>> {
  if (errors.length === 0) return {};
  const waits = errors
    .map(({ extensions }) => extensions?.["retryAfterSeconds"])
    .filter((seconds) => typeof seconds === "number");
  return waits.length === 0 ? {} : { "retry-after": String(Math.max(...waits)) };
}
