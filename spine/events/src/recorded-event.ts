import type { CustomerNumber, Instant, Subject } from "@crossdock/domain";
import type { Position } from "./position.ts";

/** An event as the log holds it: CloudEvents 1.0 attributes, and what we need to follow, order and scope it. */
export type RecordedEvent<Data = unknown> = {
  readonly specversion: "1.0";
  /** A ULID; unique together with `source`. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly version: number;
  /** Names the schema of `data`: type and version. */
  readonly dataschema: string;
  readonly subject: Subject;
  /** When it happened. */
  readonly time: Instant;
  /** When the log took it. */
  readonly recordedAt: Instant;
  /** Its place in the log. */
  readonly position: Position;
  /** 1, 2, 3 … within the subject, without a gap. */
  readonly sequence: number;
  /** Whose event it is; `null` when no customer's. */
  readonly customerNumber: CustomerNumber | null;
  /** The same for everything that one request set off. */
  readonly correlationId: string;
  /** The command or event that caused it directly. */
  readonly causationId: string | null;
  /** From which span of a trace it comes, as CloudEvents' extension for tracing has it; `null` when from none. */
  readonly traceparent: string | null;
  readonly data: Data;
};

/** Which events: within a list any may match, and every list that is given must. */
export type Topics = {
  readonly subjects?: readonly Subject[];
  readonly types?: readonly string[];
  /** Events that are no customer's match no list. */
  readonly customerNumbers?: readonly CustomerNumber[];
};

/** Topics, and what only somebody who looks back asks for: as with these, every one that is given must match. */
export type Selection = Topics & {
  readonly ids?: readonly string[];
  /** When the log took it: then or later. */
  readonly recordedFrom?: Instant;
  /** When the log took it: before. */
  readonly recordedBefore?: Instant;
};
