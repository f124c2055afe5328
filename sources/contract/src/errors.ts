import { DomainError } from "@crossdock/domain";

/** No answer in time, or none that makes sense. Nothing was read; a write may be sent again. */
export class SourceUnavailableError extends DomainError {
  readonly code = "SOURCE_UNAVAILABLE";
  readonly retry = "later";

  constructor(
    readonly source: string,
    readonly operation: string,
    /** For the log, never for a client. */
    readonly detail: string,
    readonly retryAfterMs: number | null = null,
  ) {
    // Clients read it: no word of the vendor's in it.
    super(`${source} does not answer.`);
  }
}

/** The source, or our budget for it, refused the call because of its rate. Nothing was done. */
export class SourceRateLimitedError extends DomainError {
  readonly code = "SOURCE_UNAVAILABLE";
  readonly retry = "later";

  constructor(
    readonly source: string,
    readonly operation: string,
    readonly retryAfterMs: number,
  ) {
    super(`${source} takes no more calls for now.`);
  }
}

/** A write was sent and its answer never came: it may have been done. Look before sending again. */
export class UnknownOutcomeError extends DomainError {
  readonly code = "SOURCE_UNAVAILABLE";
  readonly retry = "later";

  constructor(
    readonly source: string,
    readonly operation: string,
    readonly detail: string,
  ) {
    super(`${source} did not say whether it was done.`);
  }
}

/** The source says that our call is wrong: a bug or a misconfiguration, not a business answer. */
export class SourceProtocolError extends DomainError {
  readonly code = "INTERNAL_SERVER_ERROR";
  readonly retry = "never";

  constructor(
    readonly source: string,
    readonly operation: string,
    /** For the log, never for a client. */
    readonly detail: string,
  ) {
    super(`${source} answered in a way that is not in its contract.`);
  }
}
