import type { Logger } from "@crossdock/runtime";
import { GraphQLError } from "graphql";
import type { ExecutionResult, FormattedExecutionResult, GraphQLFormattedError } from "graphql";
import { chainOf, MASKED_CODE, publicError } from "./public-error.ts";

/** What goes with a failure into the log. */
export type FailureContext = {
  readonly correlationId: string;
  readonly operation: string | null;
};

/** A result as the client may read it. What it does not show of an error is logged. */
export function presentResult(
  result: ExecutionResult,
  context: FailureContext,
  logger: Logger,
): FormattedExecutionResult {
  const { errors, ...rest } = result;
  if (errors === undefined) return rest;
  const raised = errors.map(asGraphQLError);
  logMasked(raised, context, logger);
  const presented = raised.map((error) =>
    withCorrelation(publicError(error, error.toJSON()), context.correlationId),
  );
  return { ...rest, errors: presented };
}

/** Logs whole every error that the client will see masked. */
export function logMasked(
  errors: readonly GraphQLError[],
  context: FailureContext,
  logger: Logger,
): void {
  for (const error of errors) {
    if (!isMasked(publicError(error, error.toJSON()))) continue;
    const { path, extensions } = error;
    const subgraph = extensions["serviceName"];
    logger.error({ ...context, err: chainOf(error).at(-1), path, subgraph }, "an operation failed");
  }
}

/** A masked error with the id under which the log has what it hides. */
export function withCorrelation(
  error: GraphQLFormattedError,
  correlationId: string,
): GraphQLFormattedError {
  if (!isMasked(error)) return error;
  return { ...error, extensions: { ...error.extensions, correlationId } };
}

export function isMasked(error: GraphQLFormattedError): boolean {
  return error.extensions?.["code"] === MASKED_CODE;
}

/** Whatever was thrown, as an error of a result. */
export function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}
