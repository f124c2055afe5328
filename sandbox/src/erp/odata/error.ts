import { randomUUID } from "node:crypto";

/** An answer other than success, as Business Central words it. */
export class ODataError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "ODataError";
    this.status = status;
    this.code = code;
  }
}

/** An answer of the machinery in front, which knows no OData. */
export class PlainError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "PlainError";
    this.status = status;
  }
}

/** What a client that asks too much is told to wait. */
const RETRY_AFTER_SECONDS = 1;

export type ErrorAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

/** The body of every refusal. A bug of the sandbox itself reads as the server's own failure. */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof PlainError) {
    const { status, message } = error;
    return { status, headers: { "content-type": "text/plain" }, body: message };
  }
  const known =
    error instanceof ODataError
      ? error
      : new ODataError(500, "Internal_ServerError", `An error occurred: ${String(error)}`);
  const message = `${known.message}  CorrelationId:  ${randomUUID()}.`;
  return {
    status: known.status,
    headers: known.status === 429 ? { "retry-after": String(RETRY_AFTER_SECONDS) } : {},
    body: { error: { code: known.code, message } },
  };
}

export const badRequest = (message: string) => new ODataError(400, "BadRequest", message);

/** What a codeunit's `Error()` becomes: a business rule said no. */
export const dialogError = (message: string) =>
  new ODataError(400, "Application_DialogException", message);

export const notFound = (what: string) =>
  new ODataError(404, "BadRequest_NotFound", `${what} could not be found.`);

export const noSuchResource = (segment: string) =>
  new ODataError(
    404,
    "BadRequest_ResourceNotFound",
    `Resource not found for the segment '${segment}'.`,
  );

export const methodNotAllowed = (method: string, set: string) =>
  new ODataError(
    405,
    "BadRequest_MethodNotAllowed",
    `'${method}' requests for EntitySet '${set}' are not allowed.`,
  );

export const invalidCredentials = () =>
  new ODataError(
    401,
    "Authentication_InvalidCredentials",
    "The server has rejected the client credentials.",
  );

/** A value that should name a record of another table and does not. */
export const invalidRelation = (field: string, table: string, value: string, related: string) =>
  new ODataError(
    400,
    "Internal_InvalidTableRelation",
    `The field ${field} of table ${table} contains a value (${value}) that cannot be found in ` +
      `the related table (${related}).`,
  );

export const tooManyRequests = (actual: number, maximum: number) =>
  new ODataError(
    429,
    "Unknown",
    `Too many requests reached. Actual (${String(actual)}). Maximum (${String(maximum)}).`,
  );
