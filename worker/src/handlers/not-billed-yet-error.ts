import { SourceError } from "@crossdock/domain";

/** Nothing is wrong: goods were back before their bill was posted, and the credit follows it. */
export class NotBilledYetError extends SourceError {
  readonly code = "SOURCE_UNAVAILABLE";
  readonly retry = "later";
  readonly errorClass = "TECHNICAL";
  /** Finance does answer: nobody else's command is kept back for this one. */
  readonly isUnsent = false;
  override readonly isAwaited = true;
  readonly retryAfterMs = null;
  readonly lastAnswer = null;

  constructor(
    readonly source: string,
    what: string,
  ) {
    super(`${source} has not posted the invoice of ${what} yet.`);
  }
}
