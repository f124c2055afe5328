import { DomainError, SourceError } from "@crossdock/domain";
import type { ErrorClass, LastAnswer } from "@crossdock/domain";
import { AWAITED } from "./command-record.ts";

/** Why an attempt did not get through, in the words of the rules of retrying. */
export type Failure = {
  readonly class: ErrorClass;
  readonly code: string;
  /** Fit for a clerk's eyes. */
  readonly message: string;
  readonly lastAnswer: LastAnswer | null;
  /** Whether another attempt follows by itself, while the budgets last. */
  readonly retryable: boolean;
  /** Whether the attempt spends no try: the source was not there, or the attempt was broken off. */
  readonly isFree: boolean;
  /** Whether this attempt may have reached the source with a write. */
  readonly maySend: boolean;
  /** No attempt before that, as the source asked; `null` when it did not. */
  readonly retryAfterMs: number | null;
};

/** How far an attempt had come when it failed. */
export type Moment = {
  /** The command was being sent, and not only looked up. */
  readonly isSending: boolean;
  /** The lease ended, or the worker had to stop: not the command's fault. */
  readonly interrupted: boolean;
  /** … and it was the worker. */
  readonly isStopping: boolean;
};

const FREE_CLASSES: ReadonlySet<ErrorClass> = new Set<ErrorClass>(["TECHNICAL", "RATE_LIMIT"]);

/** A bug is told in general: the record is read by clients. */
export function failureOf(error: unknown, moment: Moment): Failure {
  const { isSending, interrupted, isStopping } = moment;
  if (error instanceof SourceError) {
    const { errorClass, code, message, isUnsent, lastAnswer, retryAfterMs } = error;
    const retryable = interrupted || error.retry === "later";
    return {
      class: errorClass,
      code: error.isAwaited ? AWAITED : code,
      message,
      lastAnswer,
      retryable,
      isFree: isStopping || (error.retry === "later" && FREE_CLASSES.has(errorClass)),
      maySend: isSending && !isUnsent,
      retryAfterMs,
    };
  }
  const { code, message } =
    error instanceof DomainError ? error : interrupted ? BROKEN_OFF : SOMETHING_UNEXPECTED;
  return {
    class: interrupted && isSending ? "UNKNOWN_OUTCOME" : "TECHNICAL",
    code,
    message,
    lastAnswer: null,
    retryable: interrupted || (error instanceof DomainError && error.retry === "later"),
    isFree: isStopping || (interrupted && !isSending),
    maySend: isSending,
    retryAfterMs: null,
  };
}

const BROKEN_OFF = { code: "SOURCE_UNAVAILABLE", message: "There was no answer in time." };
const SOMETHING_UNEXPECTED = {
  code: "INTERNAL_SERVER_ERROR",
  message: "Something unexpected went wrong.",
};
