import type { Instant } from "@crossdock/domain";

/** One operation of a manifest: as it was pushed, and what it may cost at most. */
export type PricedOperation = {
  /** What its client sends instead of the text. */
  readonly id: string;
  readonly name: string;
  readonly type: "query" | "mutation" | "subscription";
  readonly body: string;
  readonly points: number;
  readonly sourceCalls: number;
};

/** `pushed`: accepted, and nobody can use it; `promoted`: in use; `retired`: no more. */
export type ManifestStatus = "pushed" | "promoted" | "retired";

/** A version of a client's manifest, without its operations. */
export type Manifest = {
  readonly clientId: string;
  readonly version: string;
  readonly status: ManifestStatus;
  readonly operations: number;
  readonly pushedAt: Instant;
  readonly promotedAt: Instant | null;
  readonly retiredAt: Instant | null;
};

/** A text that a client sent while texts were noted. */
export type UnknownOperation = {
  readonly clientId: string;
  readonly sha256: string;
  readonly body: string;
  readonly times: number;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
};
