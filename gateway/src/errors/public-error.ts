import { DomainError } from "@crossdock/domain";
import type { ErrorCode } from "@crossdock/domain";
import type { GraphQLFormattedError } from "graphql";

export const MASKED_MESSAGE = "Something went wrong on our side.";
export const MASKED_CODE: ErrorCode = "INTERNAL_SERVER_ERROR";

/**
 * What a client may read of an error. Errors raised on purpose (a DomainError, or any error with a
 * code of the public catalogue) keep message and code; of all others only their path remains. Stack
 * traces, subgraph names and HTTP hints are never part of it.
 * @param error as it was thrown; the reason is looked for below it, too
 * @param formatted the same error as GraphQL would print it
 */
export function publicError(
  error: unknown,
  formatted: GraphQLFormattedError,
): GraphQLFormattedError {
  const { locations, path } = formatted;
  const where = {
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
  };
  const raised = chainOf(error).find((link) => link instanceof DomainError);
  const code = raised?.code ?? publicCodeOf(error);
  if (code === undefined || code === MASKED_CODE) {
    return { message: MASKED_MESSAGE, ...where, extensions: { code: MASKED_CODE } };
  }
  const details = Object.entries(formatted.extensions ?? {}).filter(
    ([name]) => !PRIVATE_EXTENSIONS.has(name),
  );
  return {
    message: raised?.message ?? formatted.message,
    ...where,
    extensions: { ...Object.fromEntries(details), ...raised?.extensions, code },
  };
}

/** The error itself, then what it wraps, outermost first; at most ten deep. */
export function chainOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  let link: unknown = error;
  while (link !== undefined && link !== null && chain.length < MAX_CHAIN && !chain.includes(link)) {
    chain.push(link);
    link = (link as { readonly originalError?: unknown }).originalError;
  }
  return chain;
}

const MAX_CHAIN = 10;
const PRIVATE_EXTENSIONS = new Set(["serviceName", "stacktrace", "exception", "http", "code"]);

/** What the catalogue calls the codes that the libraries below us use. */
const PUBLIC_CODES: Readonly<Record<string, string>> = {
  ...sameName<ErrorCode>({
    UNAUTHENTICATED: true,
    FORBIDDEN: true,
    NOT_FOUND: true,
    BAD_USER_INPUT: true,
    SOURCE_UNAVAILABLE: true,
    COST_LIMIT: true,
    RATE_LIMITED: true,
    DEPTH_LIMIT: true,
    PERSISTED_QUERY_NOT_FOUND: true,
    PERSISTED_QUERY_REQUIRED: true,
    CURSOR_EXPIRED: true,
    SLOW_CONSUMER: true,
    SNAPSHOT_TOO_LARGE: true,
    SCHEMA_CHANGED: true,
    INTERNAL_SERVER_ERROR: true,
  }),
  GRAPHQL_PARSE_FAILED: "GRAPHQL_PARSE_FAILED",
  GRAPHQL_VALIDATION_FAILED: "GRAPHQL_VALIDATION_FAILED",
  BAD_REQUEST: "BAD_USER_INPUT",
  OPERATION_RESOLUTION_FAILURE: "BAD_USER_INPUT",
  PERSISTED_QUERY_NOT_SUPPORTED: "BAD_USER_INPUT",
};

/** The innermost code counts: what wraps an error knows less of its reason. */
function publicCodeOf(error: unknown): string | undefined {
  return chainOf(error)
    .map((link) => (link as { extensions?: { code?: unknown } }).extensions?.code)
    .filter((code) => typeof code === "string" && Object.hasOwn(PUBLIC_CODES, code))
    .map((code) => PUBLIC_CODES[code as string])
    .findLast((code) => code !== MASKED_CODE);
}

/** Spelled as a record, so that a code which is new in the domain is missed by the compiler here. */
function sameName<Name extends string>(names: Readonly<Record<Name, true>>) {
  return Object.fromEntries(Object.keys(names).map((name) => [name, name]));
}
