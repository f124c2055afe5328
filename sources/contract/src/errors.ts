import { SourceError } from "@crossdock/domain";
import type { LastAnswer } from "@crossdock/domain";

/** No answer in time, or none that makes sense. Nothing was read; a write may be sent again. */
export class SourceUnavailableError extends SourceError {
  readonly code = "SOURCE_UNAVAILABLE";
  readonly retry = "later";
  readonly errorClass = "TECHNICAL";
  readonly isUnsent = true;

  constructor(
    readonly source: string,
    readonly operation: string,
    /** For the log, never for a client. */
    readonly detail: string,
    readonly retryAfterMs: number | null = null,
    /** Of the answer, when there was one. */
    readonly status: number | null = null,
  ) {
    // Clients read it: no word of the vendor's in it.
    super(`${source} does not answer.`);
  }

  get lastAnswer(): LastAnswer {
    return { status: this.status, code: null, message: this.detail };
  }
}

/** The source, or our budget for it, refused the call because of its rate. Nothing was done. */
export class SourceRateLimitedError extends SourceError {
  readonly code = "SOURCE_UNAVAILABLE";
  readonly retry = "later";
  readonly errorClass = "RATE_LIMIT";
  readonly isUnsent = true;
  readonly lastAnswer = null;

  constructor(
    readonly source: string,
    readonly operation: string,
    readonly retryAfterMs: number,
  ) {
    super(`${source} takes no more calls for now.`);
  }
}

/** A write was sent and its answer never came: it may have been done. Look before sending again. */
export class UnknownOutcomeError extends SourceError {
  readonly code = "SOURCE_UNAVAILABLE";
  readonly retry = "later";
  readonly errorClass = "UNKNOWN_OUTCOME";
  readonly isUnsent = false;

  constructor(
    readonly source: string,
    readonly operation: string,
    readonly detail: string,
    readonly retryAfterMs: number | null = null,
    /** Of the answer, when there was one. */
    readonly status: number | null = null,
  ) {
    super(`${source} did not say whether it was done.`);
  }

  get lastAnswer(): LastAnswer {
    return { status: this.status, code: null, message: this.detail };
  }
}

/**
 * The source does not let us in: our credentials are wrong, or worth nothing any more. Nothing was done; as soon
 * as a person has put them right, the same call works.
 */
export class SourceAccessError extends SourceError {
  readonly code = "SOURCE_UNAVAILABLE";
  readonly retry = "later";
  readonly errorClass = "TECHNICAL";
  readonly isUnsent = true;
  readonly retryAfterMs = null;

  constructor(
    readonly source: string,
    readonly operation: string,
    /** For the log, never for a client. */
    readonly detail: string,
    readonly status: number,
  ) {
    super(`${source} cannot be used for now.`);
  }

  get lastAnswer(): LastAnswer {
    return { status: this.status, code: null, message: this.detail };
  }
}

/** The source says that our call is wrong: a bug or a misconfiguration, not a business answer. */
export class SourceProtocolError extends SourceError {
  readonly code = "INTERNAL_SERVER_ERROR";
  readonly retry = "never";
  readonly errorClass = "TECHNICAL";
  readonly isUnsent = false;
  readonly retryAfterMs = null;

  constructor(
    readonly source: string,
    readonly operation: string,
    /** For the log, never for a client. */
    readonly detail: string,
    /** Of the answer, when that is what was wrong. */
    readonly status: number | null = null,
  ) {
    super(`${source} answered in a way that is not in its contract.`);
  }

  get lastAnswer(): LastAnswer {
    return { status: this.status, code: null, message: this.detail };
  }
}
