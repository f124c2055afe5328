import { DomainError } from "@crossdock/domain";

/** Something that is named elsewhere and is not there any more. */
export class NotFoundError extends DomainError {
  readonly code = "NOT_FOUND";
  readonly retry = "never";
}
