import { DomainError } from "@crossdock/domain";

/** More commands wait than are worked off in good time. Nothing was written; the same key can be used again. */
export class CommandsBusyError extends DomainError {
  readonly code = "RATE_LIMITED";
  readonly retry = "later";
  override readonly extensions: { readonly retryAfterSeconds: number };

  /** @param retryAfterSeconds when there is room, as far as can be told now; whole and at least 1 */
  constructor(retryAfterSeconds: number) {
    super(
      `Too many changes wait to be carried out. Nothing was taken; send it again in ${String(retryAfterSeconds)} s.`,
    );
    this.extensions = { retryAfterSeconds };
  }
}
