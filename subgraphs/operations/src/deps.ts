import type { AuditVerifier } from "@crossdock/audit";
import type { CommandLog } from "@crossdock/commands";
import type { EventLog, EventQuarantine, Replayer } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import type { ExceptionBook } from "@crossdock/processes";
import type { Clock, Logger } from "@crossdock/runtime";

/** All that this subgraph needs from outside of itself. */
export type OperationsDeps = {
  readonly commandLog: Pick<
    CommandLog,
    "read" | "findByKey" | "list" | "retry" | "cancel" | "resolve"
  >;
  readonly exceptionBook: ExceptionBook;
  readonly eventLog: Pick<EventLog, "readPage" | "follow" | "head">;
  readonly quarantine: EventQuarantine;
  readonly replayer: Replayer;
  readonly audit: AuditVerifier;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly logger: Logger;
};
