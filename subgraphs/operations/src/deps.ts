import type { AuditVerifier } from "@crossdock/audit";
import type { CommandLog } from "@crossdock/commands";
import type { EventLog, EventQuarantine, Replayer } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import type { ExceptionBook, FeedHealthBook, OrderProcess } from "@crossdock/processes";
import type { Clock, Logger } from "@crossdock/runtime";
import type { ObservedSource } from "./source-health.ts";

/** All that this subgraph needs from outside of itself. */
export type OperationsDeps = {
  readonly commandLog: Pick<
    CommandLog,
    "read" | "findByKey" | "list" | "retry" | "cancel" | "resolve"
  >;
  readonly exceptionBook: ExceptionBook;
  /** What a person decides about a bill takes its order on. */
  readonly orderProcess: Pick<OrderProcess, "apply">;
  readonly eventLog: Pick<EventLog, "readPage" | "follow" | "head">;
  readonly quarantine: EventQuarantine;
  readonly replayer: Replayer;
  readonly audit: AuditVerifier;
  readonly sources: readonly ObservedSource[];
  readonly feedHealthBook: FeedHealthBook;
  /** Of what was asked of a source, the part that was answered without it, 0 to 1; `null` when nothing was asked. */
  readonly cacheHitRatio: (source: string) => number | null;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly logger: Logger;
};
