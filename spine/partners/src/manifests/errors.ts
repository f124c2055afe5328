import { DomainError } from "@crossdock/domain";

export class UnknownManifestError extends DomainError {
  readonly code = "NOT_FOUND";
  readonly retry = "never";

  constructor(clientId: string, version: string) {
    super(`The client ${clientId} has no manifest ${version}.`);
  }
}

/** A version is given once: what is in the field does not change under its name. */
export class ManifestExistsError extends DomainError {
  readonly code = "BAD_USER_INPUT";
  readonly retry = "never";

  constructor(clientId: string, version: string) {
    super(`The client ${clientId} has a manifest ${version} with other operations.`);
  }
}

export class RetiredManifestError extends DomainError {
  readonly code = "BAD_USER_INPUT";
  readonly retry = "never";

  constructor(clientId: string, version: string) {
    super(`The manifest ${version} of ${clientId} is retired: push it as another version.`);
  }
}

export class OperationIdTakenError extends DomainError {
  readonly code = "BAD_USER_INPUT";
  readonly retry = "never";

  constructor(id: string, version: string) {
    super(`The id ${id} stands for another text in ${version}, which is in use.`);
  }
}

export class TooManyManifestsError extends DomainError {
  readonly code = "BAD_USER_INPUT";
  readonly retry = "never";

  constructor(clientId: string, max: number, what: string) {
    super(`The client ${clientId} can have ${String(max)} ${what}.`);
  }
}
