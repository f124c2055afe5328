import { DomainError } from "@crossdock/domain";

/** What proves identities could not be asked. Says nothing about the caller. */
export class IdentityUnavailableError extends DomainError {
  readonly code = "SOURCE_UNAVAILABLE";
  readonly retry = "later";
}

/** The time for a request was over before every part of it was there. */
export class RequestTimeoutError extends DomainError {
  readonly code = "SOURCE_UNAVAILABLE";
  readonly retry = "later";

  constructor(timeoutMs: number) {
    super(`The request took longer than ${String(timeoutMs)} ms.`);
  }
}

/** The client went away before it was answered. */
export class ClientGoneError extends DomainError {
  readonly code = "SOURCE_UNAVAILABLE";
  readonly retry = "never";

  constructor() {
    super("The client closed the connection.");
  }
}

/** Events came faster than the subscriber took them. It resumes from the last cursor it got. */
export class SlowConsumerError extends DomainError {
  readonly code = "SLOW_CONSUMER";
  readonly retry = "later";

  constructor(maxQueuedEvents: number, maxQueuedBytes: number) {
    super(
      `You read too slowly: at most ${String(maxQueuedEvents)} events and ${String(maxQueuedBytes)} bytes may wait for you. Resume from the last cursor you have.`,
    );
  }
}

/** Another supergraph is served, for which the operation of a subscription is not valid. */
export class SchemaChangedError extends DomainError {
  readonly code = "SCHEMA_CHANGED";
  readonly retry = "never";

  /** @param reasons why the operation is refused now, a sentence each */
  constructor(reasons: readonly string[]) {
    super(
      `The API has changed and this operation is no longer valid: ${reasons.join(" ")} Subscribe with another operation, from the last cursor you have.`,
    );
  }
}

/** One caller, or all of them together, hold as many subscriptions as there may be. */
export class TooManySubscriptionsError extends DomainError {
  readonly code = "RATE_LIMITED";
  readonly retry = "later";
  override readonly extensions: Readonly<Record<string, string>>;

  constructor(
    message: string,
    limit: "maxSubscriptions" | "maxSubscriptionsPerClient" | "maxSubscriptionsPerSocket",
  ) {
    super(message);
    this.extensions = { limit };
  }
}

/** A browser may have sent it for a page of another site, which did not have to ask whether it may. */
export class ForeignPageError extends DomainError {
  readonly code = "BAD_USER_INPUT";
  readonly retry = "never";

  constructor() {
    super(
      "Any page could have made a browser send this. Send the header apollo-require-preflight with some value, or who you are.",
    );
  }
}

/** A subgraph in another process gave no whole answer. Why is for the log only. */
export class SubgraphUnavailableError extends DomainError {
  readonly code = "SOURCE_UNAVAILABLE";
  readonly retry = "later";

  constructor(cause: unknown) {
    super("A part of the graph cannot be reached now.", { cause });
  }
}

/** Operations that nobody has asked for before cannot be planned now. All others are served. */
export class PlanningUnavailableError extends DomainError {
  readonly code = "SOURCE_UNAVAILABLE";
  readonly retry = "later";
}

/** The client has no operation of this id. Libraries know it by its message, and send the text then. */
export class PersistedQueryNotFoundError extends DomainError {
  readonly code = "PERSISTED_QUERY_NOT_FOUND";
  readonly retry = "never";

  constructor() {
    super("PersistedQueryNotFound");
  }
}

/** The client may send ids of its manifest only, or texts that are in it. */
export class PersistedQueryRequiredError extends DomainError {
  readonly code = "PERSISTED_QUERY_REQUIRED";
  readonly retry = "never";

  constructor(mode: "safelist" | "persistedOnly") {
    super(
      mode === "safelist"
        ? "This client may send the operations of its manifest only, and this is none of them."
        : "This client sends the ids of its manifest's operations, and no text: extensions.persistedQuery with version 1 and the id as sha256Hash.",
    );
  }
}
