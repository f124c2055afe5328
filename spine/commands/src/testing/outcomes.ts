import { DomainError, SourceError } from "@crossdock/domain";
import type { ErrorClass } from "@crossdock/domain";
import { succeed } from "../handler.ts";
import type { PutDocument } from "./stand.ts";

/** The source says: later. Nobody knows whether it did something. */
export class BusyError extends DomainError {
  readonly code = "SOURCE_UNAVAILABLE";
  readonly retry = "later";

  constructor() {
    super("The ERP is busy.");
  }
}

/** An answer of the source of some class; nothing was done, but with `UNKNOWN_OUTCOME`. */
export class AnswerError extends SourceError {
  readonly code = "SOURCE_UNAVAILABLE";
  readonly retry = "later";
  readonly isUnsent: boolean;
  readonly lastAnswer = {
    status: 503,
    code: "Busy",
    message: "Ask ann@harbor-supply.example, token=abc123",
  };

  constructor(
    readonly errorClass: ErrorClass,
    readonly retryAfterMs: number | null = null,
  ) {
    super("The ERP is busy.");
    this.isUnsent = errorClass !== "UNKNOWN_OUTCOME";
  }
}

/** The source does not have it yet. */
export class NotThereYetError extends AnswerError {
  override readonly isAwaited = true;

  constructor() {
    super("TECHNICAL");
  }
}

/** The source did it. */
export const done = ({ data }: { readonly data: PutDocument }) =>
  Promise.resolve(succeed({ typename: "Order", id: data.document, effects: [data.document] }));
