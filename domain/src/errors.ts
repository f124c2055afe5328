/**
 * The public catalogue of `extensions.code`. Stable: a client may switch on it. Business refusals
 * of a mutation are not errors but `userErrors` (see user-error.ts).
 */
export type ErrorCode =
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "BAD_USER_INPUT"
  | "SOURCE_UNAVAILABLE"
  | "COST_LIMIT"
  | "RATE_LIMITED"
  | "DEPTH_LIMIT"
  | "PERSISTED_QUERY_NOT_FOUND"
  | "PERSISTED_QUERY_REQUIRED"
  | "CURSOR_EXPIRED"
  | "SLOW_CONSUMER"
  | "SNAPSHOT_TOO_LARGE"
  | "SCHEMA_CHANGED"
  | "INTERNAL_SERVER_ERROR";

/** Raised on purpose. Anything else is a bug: logged whole, masked from the client. */
export abstract class DomainError extends Error {
  /** Public and stable: becomes `extensions.code`. */
  abstract readonly code: ErrorCode;
  /** Whether the same may work later, with nothing else changed. */
  abstract readonly retry: "never" | "later";
  /** What goes beside the code, fit for any client. */
  readonly extensions: Readonly<Record<string, string | number | boolean>> = {};

  override get name(): string {
    return this.constructor.name;
  }
}

/** Proof of who is asking is missing, wrong or no longer valid. */
export class UnauthenticatedError extends DomainError {
  readonly code = "UNAUTHENTICATED";
  readonly retry = "never";

  constructor(message = "Sign in to ask for this.") {
    super(message);
  }
}

/** The viewer is known and may not do this, whoever's data it is about. */
export class ForbiddenError extends DomainError {
  readonly code = "FORBIDDEN";
  readonly retry = "never";

  /** @param missing `null`: no scope gives it to callers of this kind */
  constructor(missing: string | null) {
    super(
      missing === null
        ? "This is not for callers of this kind."
        : `This needs the scope ${missing}.`,
    );
  }
}

/** Input that does not read as what it should be. `field` names the place, `raw` is cut to 100 characters. */
export class InvalidValueError extends DomainError {
  readonly code = "BAD_USER_INPUT";
  readonly retry = "never";

  constructor(
    readonly field: string,
    raw: unknown,
    expected?: string,
  ) {
    const shown = JSON.stringify(raw)?.slice(0, 100) ?? String(raw);
    super(
      `${field} ${shown} is not valid${expected === undefined ? "" : `: expected ${expected}`}.`,
    );
  }
}

/** Two quantities of different units, or amounts of different currencies, met in one sum. */
export class UnitMismatchError extends DomainError {
  readonly code = "INTERNAL_SERVER_ERROR";
  readonly retry = "never";

  constructor(left: string, right: string) {
    super(`Cannot combine ${left} with ${right}.`);
  }
}
