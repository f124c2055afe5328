import type { AuditVerifier } from "@crossdock/audit";
import type { CommandLog } from "@crossdock/commands";
import type { EventLog } from "@crossdock/events";
import type { Logger } from "@crossdock/runtime";

/** All that this subgraph needs from outside of itself. */
export type OperationsDeps = {
  readonly commandLog: Pick<CommandLog, "read" | "findByKey" | "list">;
  readonly eventLog: Pick<EventLog, "readPage" | "follow">;
  readonly audit: AuditVerifier;
  readonly logger: Logger;
};
