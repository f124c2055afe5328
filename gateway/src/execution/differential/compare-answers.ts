import type { ExecutionResult } from "graphql";
import { asGraphQLError } from "../../errors/present-result.ts";
import { chainOf, publicError } from "../../errors/public-error.ts";

/** In what two answers are not the same. */
export type DifferenceKind = "data" | "errors" | "order of errors" | "extensions" | "fetches";

/** What came of running an operation: an answer, or that it was thrown. */
export type Outcome = ExecutionResult | { readonly thrown: unknown };

/**
 * What is compared of an answer, as text: also the order of keys, and what each error wraps. Of what was thrown it is what
 * a client reads: each executor has its own words for an answer that it cannot walk through.
 */
export type ComparableAnswer = {
  readonly data: string;
  readonly errors: readonly string[];
  readonly extensions: string;
};

export function comparable(outcome: Outcome): ComparableAnswer {
  if ("thrown" in outcome) {
    const error = asGraphQLError(outcome.thrown);
    const shown = JSON.stringify(publicError(error, error.toJSON()));
    return { data: `thrown: ${shown}`, errors: [], extensions: "" };
  }
  const { data, errors, extensions } = outcome;
  return {
    data: data === undefined ? "none" : JSON.stringify(data),
    errors: errors?.map(comparableError) ?? [],
    // none and empty ones say the same
    extensions: JSON.stringify(extensions ?? {}),
  };
}

/** @returns in what they differ; empty for equal answers */
export function differencesOf(
  one: ComparableAnswer,
  other: ComparableAnswer,
): readonly DifferenceKind[] {
  const inOrder = one.errors.join("\n") === other.errors.join("\n");
  const asSet = [...one.errors].sort().join("\n") === [...other.errors].sort().join("\n");
  return [
    ...(one.data === other.data ? [] : (["data"] as const)),
    ...(asSet ? [] : (["errors"] as const)),
    ...(asSet && !inOrder ? (["order of errors"] as const) : []),
    ...(one.extensions === other.extensions ? [] : (["extensions"] as const)),
  ];
}

/** The causes of an error decide what a client may read of it, so they are part of it. */
function comparableError(raised: Error): string {
  const error = asGraphQLError(raised);
  const causes = chainOf(error).slice(1);
  if (causes.some((cause) => cause instanceof TypeError)) return BROKEN;
  const named = causes.map((cause) =>
    cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause),
  );
  // how many entities there should have been depends on whether each was asked for once
  return JSON.stringify({ ...error.toJSON(), causes: named }).replace(
    /contain \d+ elements/g,
    "contain all",
  );
}

/** What the engine says of a property of null is no part of an answer, and no client reads it: that something broke is. */
const BROKEN = "a TypeError";
