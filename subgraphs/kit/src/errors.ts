import { DomainError } from "@crossdock/domain";

/** The viewer is known and may not do this, whoever's data it is about. */
export class ForbiddenError extends DomainError {
  readonly code = "FORBIDDEN";
  readonly retry = "never";

  constructor(missing: string) {
    super(`This needs the scope ${missing}.`);
  }
}

/** Something that is named elsewhere and is not there any more. */
export class NotFoundError extends DomainError {
  readonly code = "NOT_FOUND";
  readonly retry = "never";
}
