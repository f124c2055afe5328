import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { InstantColumn } from "./event-tables.ts";

/** One row per command, from its acceptance to its outcome and for as long as its key must be known. */
export interface CommandsTable {
  readonly id: string;
  /** Order of acceptance; what a page's cursor holds. */
  readonly sequence: Generated<string>;
  readonly type: string;
  readonly version: number;
  readonly lane: string;
  readonly client_id: string;
  readonly idempotency_key: string;
  /** SHA-256, in hex, of what the client asked for under that key. */
  readonly fingerprint: string;
  readonly requested_by: string;
  readonly customer_number: string | null;
  readonly subject: string;
  readonly data: JSONColumnType<object>;
  readonly status: string;
  readonly accepted_at: InstantColumn;
  readonly completed_at: InstantColumn | null;
  readonly attempts: Generated<number>;
  /**
   * No worker may take the command before: the end of a backoff; while it runs, the end of the lease
   * and of the settle window after it. By the database's clock, the only one that all workers share.
   */
  readonly due_at: InstantColumn;
  /** Whom the running attempt belongs to: a token made anew for each claim. */
  readonly lease_token: string | null;
  /** An attempt may have reached the source, and nobody knows what came of it. */
  readonly in_doubt: Generated<boolean>;
  /** Taken to be in the queue until then; looked after again from then on. */
  readonly queued_until: Generated<Date>;
  /** The queue's job that holds it, as far as is known, until it is claimed. */
  readonly job_id: string | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly error_retryable: boolean | null;
  /** An `ErrorClass`; `null` without an error, and where a person ended the command. */
  readonly error_class: string | null;
  /** What the source said last, without what is private; for operators. */
  readonly last_answer: ColumnType<object | null, string | null, string | null>;
  /** Those of `attempts` that are not counted: the source was not there, or took no more calls. */
  readonly free_attempts: Generated<number>;
  /** When an attempt first failed since acceptance, or since a person last retried it. */
  readonly failing_since: ColumnType<Date | null, Date | string | null, Date | string | null>;
  /** A person did it by hand: it is looked for at the source and never sent. */
  readonly look_only: Generated<boolean>;
  readonly result_typename: string | null;
  readonly result_id: string | null;
  readonly correlation_id: string;
  readonly causation_id: string | null;
  /** From which span of a trace it goes on; `null` when it is in none. */
  readonly traceparent: string | null;
}
