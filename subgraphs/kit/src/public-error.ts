import { DomainError, type ErrorCode } from "@crossdock/domain";
import type { Logger } from "@crossdock/runtime";
import { GraphQLError } from "graphql";

export const MASKED_MESSAGE = "Something went wrong on our side.";

/**
 * What a client may see of an error. One that was raised on purpose keeps its sentence, its code and its
 * public extensions, and nothing else; anything else is a bug, logged whole under the correlation id and masked.
 */
export function toPublicError(
  error: unknown,
  { logger, correlationId }: { readonly logger: Logger; readonly correlationId: string | null },
): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof DomainError && error.code !== "INTERNAL_SERVER_ERROR") {
    if (error.code === "SOURCE_UNAVAILABLE") {
      logger.warn({ err: error, correlationId }, "a source did not answer");
    }
    return publicError(error.message, error.code, error.extensions);
  }
  if (isAbort(error)) {
    logger.debug({ err: error, correlationId }, "a request was given up");
  } else {
    logger.error({ err: error, correlationId }, "a resolver failed");
  }
  return publicError(MASKED_MESSAGE, "INTERNAL_SERVER_ERROR");
}

/** A GraphQL error of the catalogue. */
export function publicError(
  message: string,
  code: ErrorCode,
  extensions: DomainError["extensions"] = {},
): GraphQLError {
  return new GraphQLError(message, { extensions: { ...extensions, code } });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}
