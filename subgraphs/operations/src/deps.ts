import type { AuditVerifier } from "@crossdock/audit";
import type { CommandLog, CommandRecord } from "@crossdock/commands";
import type { EventLog, EventQuarantine, Replayer } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import type {
  FigureBook,
  ExceptionBook,
  FeedHealthBook,
  OrderProcess,
  PauseBook,
  TransactionBook,
  WorkListBook,
  WorkThresholds,
} from "@crossdock/processes";
import type { ReconciliationDesk } from "@crossdock/reconciliation";
import type { Clock, Logger } from "@crossdock/runtime";
import type { PartnerDesk } from "./partner-health.ts";
import type { ObservedSource } from "./source-health.ts";
import type { SyntheticDesk } from "./synthetic-runs.ts";

/** All that this subgraph needs from outside of itself. */
export type OperationsDeps = {
  readonly commandLog: Pick<
    CommandLog,
    "read" | "findByKey" | "list" | "retry" | "cancel" | "resolve" | "editAndRetry" | "registry"
  >;
  /** Looks for what an earlier attempt at a command did at its source; changes nothing there. */
  readonly isAtSource: (command: CommandRecord, signal: AbortSignal) => Promise<boolean>;
  readonly pauseBook: PauseBook;
  /** Reads the pauses again, so that a change holds in this process when it is answered. */
  readonly refreshPauses: () => Promise<void>;
  readonly exceptionBook: ExceptionBook;
  /** What a person decides about a bill takes its order on. */
  readonly orderProcess: Pick<OrderProcess, "apply">;
  readonly eventLog: Pick<EventLog, "readPage" | "follow" | "head" | "append" | "witness">;
  readonly quarantine: EventQuarantine;
  readonly replayer: Replayer;
  readonly audit: AuditVerifier;
  readonly sources: readonly ObservedSource[];
  readonly feedHealthBook: FeedHealthBook;
  /** Of what was asked of a source, the part that was answered without it, 0 to 1; `null` when nothing was asked. */
  readonly cacheHitRatio: (source: string) => number | null;
  readonly synthetic: SyntheticDesk;
  readonly figureBook: FigureBook;
  readonly transactionBook: TransactionBook;
  readonly workListBook: WorkListBook;
  /** From when on something has waited for too long. */
  readonly workThresholds: WorkThresholds;
  readonly partnerDesk: PartnerDesk;
  readonly reconciliation: ReconciliationDesk;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly logger: Logger;
};
