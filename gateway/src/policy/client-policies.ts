import type { Role, Viewer } from "@crossdock/domain";

/**
 * Which operations a client may send. `open`: any; `log`: any, and those that are in none of its manifests are
 * noted; `safelist`: those of its manifests, by id or as text; `persistedOnly`: those of its manifests, by id.
 */
export type OperationMode = "open" | "log" | "safelist" | "persistedOnly";

/** For whom a part of the graph is made. */
export type Audience = "portal" | "partner" | "operator";

/** What is agreed with one client, an application whoever uses it. */
export type ClientPolicy = {
  /** As in its tokens; empty for callers who do not say who they are, who share one policy. */
  readonly clientId: string;
  /** Nothing is answered to it any more. */
  readonly isSuspended: boolean;
  readonly operations: OperationMode;
  /** `null`: nobody said who is asking. */
  readonly audience: Audience | null;
  /**
   * What is outside of its audience's contract does not exist for it; for others it is refused, like all that they may not have.
   */
  readonly isHeldToContract: boolean;
  /** What its operations may cost in any minute. */
  readonly pointsPerMinute: number;
  /** Queries and mutations under way at once. */
  readonly concurrentOperations: number;
  /** What its operations may take from the sources in any minute; `null`: as much as there is. */
  readonly sourceCallsPerMinute: number | null;
};

/** Where the gateway looks up what is agreed. */
export interface ClientPolicies {
  /** At once and from memory: asked for each operation. */
  policyOf(viewer: Viewer | null): ClientPolicy;
  /**
   * Calls with a client id each time that its policy, or one of its credentials, has changed.
   * @returns stops it
   */
  onChange(listener: (clientId: string) => void): () => void;
}

/** What a client may take with which nothing else is agreed. */
export const DEFAULT_POINTS_PER_MINUTE = 100_000;
export const DEFAULT_CONCURRENT_OPERATIONS = 100;

/** Policies for clients with which nothing is agreed: any operation of their audience, within the default quota. */
export function createOpenPolicies(): ClientPolicies {
  return { policyOf: openPolicyOf, onChange: () => () => undefined };
}

export function openPolicyOf(viewer: Viewer | null): ClientPolicy {
  return {
    clientId: viewer?.clientId ?? "",
    isSuspended: false,
    operations: "open",
    audience: viewer === null ? null : AUDIENCE_OF_ROLE[viewer.role],
    isHeldToContract: false,
    pointsPerMinute: DEFAULT_POINTS_PER_MINUTE,
    concurrentOperations: DEFAULT_CONCURRENT_OPERATIONS,
    sourceCallsPerMinute: null,
  };
}

export const AUDIENCE_OF_ROLE: Readonly<Record<Role, Audience>> = {
  portal: "portal",
  mobile: "portal",
  partner: "partner",
  carrier: "partner",
  operator: "operator",
  finance: "operator",
};
