import type { FormattedExecutionResult } from "graphql";

/** Where a subscriber goes on. */
export type ResumePoint = {
  /** Of the last event that it has. */
  readonly cursor: string;
  /** The id that the server-sent event had; `null` when it had none, or came over a WebSocket. */
  readonly eventId: string | null;
};

export type SubscribeRequest = {
  readonly query: string;
  /** Without `after`. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The cursor after which the subscriber once began; `null`: with what happens from now on. */
  readonly from: string | null;
  /** `null` before the first event: it begins again. */
  readonly resume: ResumePoint | null;
};

/** One result of a subscription as it came in. */
export type Received = {
  readonly result: FormattedExecutionResult;
  readonly eventId: string | null;
};

/** A way to reach the API: each subscription has a connection of its own. */
export interface Transport {
  readonly name: string;
  /**
   * Results until the server ends the subscription. When `cut` aborts, the connection is broken off as
   * a lost network does it.
   * @throws when the connection breaks, or never came about
   */
  subscribe(request: SubscribeRequest, cut: AbortSignal): AsyncIterable<Received>;
}
