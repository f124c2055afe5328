import { SourceError } from "@crossdock/domain";

/** The carrier has the parcel and has not billed it: it answers, and is asked again for as long as that takes. */
export class ChargePendingError extends SourceError {
  readonly code = "SOURCE_UNAVAILABLE";
  readonly retry = "later";
  readonly errorClass = "TECHNICAL";
  /** The carrier is not away: other commands for it go on. */
  readonly isUnsent = false;
  override readonly isAwaited = true;
  readonly retryAfterMs = null;
  readonly lastAnswer = null;

  constructor(readonly source: string) {
    super(`${source} has not billed the shipment yet.`);
  }
}
