import type { ErrorClass } from "./error-class.ts";
import { DomainError } from "./errors.ts";

/** What a source said last: for the operator who has to repair something, never for a client. */
export type LastAnswer = {
  /** Of HTTP; `null` when there was no answer at all. */
  readonly status: number | null;
  /** The vendor's own code; `null` when it gave none. */
  readonly code: string | null;
  /** In the vendor's words, or what happened instead of an answer. */
  readonly message: string;
};

/** A source did not do what it was asked, and did not say no either. */
export abstract class SourceError extends DomainError {
  abstract readonly errorClass: ErrorClass;
  /** Whether it is certain that nothing was done: then nothing has to be looked up. */
  abstract readonly isUnsent: boolean;
  /** How long the source asked us to wait, in milliseconds; `null` when it did not. */
  abstract readonly retryAfterMs: number | null;
  /** `null` when it says nothing that a person could use. */
  abstract readonly lastAnswer: LastAnswer | null;
  /** Whether nothing is wrong: the source works, and what it is asked for is not there yet. */
  readonly isAwaited: boolean = false;
}
