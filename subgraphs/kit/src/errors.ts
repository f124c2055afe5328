import { DomainError } from "@crossdock/domain";

/** Nobody proved who they are. */
export class UnauthenticatedError extends DomainError {
  readonly code = "UNAUTHENTICATED";
  readonly retry = "never";

  constructor() {
    super("Sign in to ask for this.");
  }
}

/** The viewer is known and may not do this, whoever's data it is about. */
export class ForbiddenError extends DomainError {
  readonly code = "FORBIDDEN";
  readonly retry = "never";

  constructor(missing: string) {
    super(`This needs the scope ${missing}.`);
  }
}
