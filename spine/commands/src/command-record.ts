import { instantOf } from "@crossdock/domain";
import type { CustomerNumber, ErrorClass, Instant, LastAnswer, Subject } from "@crossdock/domain";
import type { LedgerTables } from "@crossdock/ledger";
import type { Selectable } from "kysely";
import type { IdempotencyKey } from "./idempotency.ts";
import type { CommandLane } from "./lane.ts";

/** Somebody still has to do something: the queue, or a worker. */
export const UNSETTLED = ["ACCEPTED", "RUNNING", "RETRYING"] as const;
/** Nothing more happens by itself. */
export const SETTLED = [
  "SUCCEEDED",
  "REJECTED",
  "DEAD_LETTERED",
  "COMPENSATED",
  "CANCELLED",
] as const;
export const COMMAND_STATUSES = [...UNSETTLED, ...SETTLED] as const;

/**
 * - `ACCEPTED` it is in the ledger and will be done, come what may
 * - `RUNNING` a worker has claimed it, and may be talking to the source
 * - `RETRYING` an attempt failed; the next one is at `nextAttemptAt`
 * - `SUCCEEDED` done; `result` names the document
 * - `REJECTED` the business said no to the client who asked; never tried again
 * - `DEAD_LETTERED` an exception: a person retries or ends it
 * - `COMPENSATED` it was done, and what it did was undone by another command
 * - `CANCELLED` taken back before it was sent, or ended by a person who had looked
 */
export type CommandStatus = (typeof COMMAND_STATUSES)[number];

/** The error's code where an attempt may have been done and the source cannot be asked: a person has to look. */
export const IN_DOUBT = "IN_DOUBT";

/** The error's code where nothing is wrong: what the source is asked for is not there yet, and is asked for again. */
export const AWAITED = "AWAITED";

/** The error's code where a person did by hand what the command was for. */
export const CORRECTED = "CORRECTED";

/** The error's code where a person left out what the command was for. */
export const SKIPPED = "SKIPPED";

export type CommandError = {
  /** `null` where a person ended the command. */
  readonly class: ErrorClass | null;
  /** A refusal's code, an `ErrorCode`, or one of the queue's own: `IN_DOUBT`, `AWAITED`, `CANCELLED`, `CORRECTED`, `COMPENSATED`, `SKIPPED`. */
  readonly code: string;
  /** Fit for a clerk's eyes. */
  readonly message: string;
  /** Whether another attempt may help. */
  readonly retryable: boolean;
};

/** The document that a command made or changed, e.g. `{ typename: "Order", id: "7K3QF9M2ZT" }`. */
export type CommandResult = { readonly typename: string; readonly id: string };

export type CommandRecord = {
  /** A ULID: unique, and roughly in order of time. */
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly lane: CommandLane;
  readonly clientId: string;
  readonly idempotencyKey: IdempotencyKey;
  readonly requestedBy: string;
  /** Whose command it is: who else may see it. `null` is the distributor's own. */
  readonly customerNumber: CustomerNumber | null;
  readonly subject: Subject;
  /** JSON; the definition of its type and version parses it. */
  readonly data: unknown;
  readonly status: CommandStatus;
  readonly acceptedAt: Instant;
  /** When it came to its status, once nothing more happens by itself. */
  readonly completedAt: Instant | null;
  /** Claims by a worker since acceptance, or since a person last retried it. */
  readonly attempts: number;
  /** Those of `attempts` that count: not one that found no source, or was one call too many. */
  readonly triesSpent: number;
  /** When an attempt first failed since acceptance, or since a person last retried it. */
  readonly failingSince: Instant | null;
  /** A person did it by hand: it is looked for at the source and never sent. */
  readonly isLookOnly: boolean;
  /** Set while `RETRYING`. */
  readonly nextAttemptAt: Instant | null;
  /** Why it is `RETRYING`, or settled without success. */
  readonly error: CommandError | null;
  /** What the source said of it, without what is private; for operators, never for clients. */
  readonly lastAnswer: LastAnswer | null;
  readonly result: CommandResult | null;
  readonly correlationId: string;
  readonly causationId: string | null;
  /** From which span of a trace it goes on, the W3C's text; `null` when it is in none. */
  readonly traceparent: string | null;
};

export type CommandRow = Selectable<LedgerTables["commands"]>;

export function recordOf(row: CommandRow): CommandRecord {
  return {
    id: row.id,
    type: row.type,
    version: row.version,
    lane: row.lane as CommandLane,
    clientId: row.client_id,
    idempotencyKey: row.idempotency_key as IdempotencyKey,
    requestedBy: row.requested_by,
    customerNumber: row.customer_number as CustomerNumber | null,
    subject: row.subject as Subject,
    data: row.data,
    status: row.status as CommandStatus,
    acceptedAt: instantOf(row.accepted_at),
    completedAt: row.completed_at === null ? null : instantOf(row.completed_at),
    attempts: row.attempts,
    triesSpent: row.attempts - row.free_attempts,
    failingSince: row.failing_since === null ? null : instantOf(row.failing_since),
    isLookOnly: row.look_only,
    nextAttemptAt: row.status === "RETRYING" ? instantOf(row.due_at) : null,
    error:
      row.error_code === null
        ? null
        : {
            class: row.error_class as ErrorClass | null,
            code: row.error_code,
            message: row.error_message ?? "",
            retryable: row.error_retryable ?? false,
          },
    lastAnswer: row.last_answer as LastAnswer | null,
    result:
      row.result_typename === null || row.result_id === null
        ? null
        : { typename: row.result_typename, id: row.result_id },
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    traceparent: row.traceparent,
  };
}

export function isSettled({ status }: Pick<CommandRecord, "status">): boolean {
  return SETTLED.some((settled) => settled === status);
}
