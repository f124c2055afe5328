import { DomainError } from "@crossdock/domain";

/** There is no such partner, or it has no such key. */
export class UnknownPartnerError extends DomainError {
  readonly code = "NOT_FOUND";
  readonly retry = "never";

  constructor(clientId: string, keyId?: string) {
    super(
      keyId === undefined
        ? `There is no partner ${clientId}.`
        : `The partner ${clientId} has no key ${keyId}.`,
    );
  }
}

/** A client id is given once and for good. */
export class PartnerExistsError extends DomainError {
  readonly code = "BAD_USER_INPUT";
  readonly retry = "never";

  constructor(clientId: string) {
    super(`There is a partner ${clientId} already.`);
  }
}

export class TooManyPartnersError extends DomainError {
  readonly code = "BAD_USER_INPUT";
  readonly retry = "never";

  constructor(maxPartners: number) {
    super(`There can be ${String(maxPartners)} partners.`);
  }
}
