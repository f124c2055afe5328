import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { InstantColumn } from "./event-tables.ts";

type NullableInstantColumn = ColumnType<Date | null, Date | string | null, Date | string | null>;
type NullableJsonColumn = ColumnType<object | null, string | null, string | null>;

/** One row per comparison of systems. */
export interface ReconciliationsTable {
  readonly id: string;
  readonly scope: string;
  readonly status: string;
  readonly started_by: string;
  readonly started_at: InstantColumn;
  /** The moment of its schedule; `null` when somebody asked for it. */
  readonly due_at: NullableInstantColumn;
  readonly finished_at: NullableInstantColumn;
  readonly compared: Generated<number>;
  readonly total: number | null;
  readonly unsettled: Generated<number>;
  readonly mismatch_count: Generated<number>;
  /** Where it goes on; `null` at its beginning. */
  readonly position: NullableJsonColumn;
  readonly position_compared: Generated<number>;
  readonly position_unsettled: Generated<number>;
  /** Until then a process works on it. */
  readonly leased_until: NullableInstantColumn;
  readonly runner: string | null;
  readonly failures: Generated<number>;
}

/** One row per thing of which two systems do not say the same. */
export interface MismatchesTable {
  readonly reconciliation_id: string;
  /** From 1, in the order of finding. */
  readonly sequence: number;
  readonly key: string;
  readonly kind: string;
  readonly code: string;
  readonly difference: JSONColumnType<object>;
  readonly exception_id: string | null;
  readonly repaired_at: NullableInstantColumn;
}

/** One row per mismatch that a person was told of and that the last whole run of its scope still found. */
export interface MismatchFindingsTable {
  readonly scope: string;
  /** Of the exception. */
  readonly subject: string;
  readonly exception_id: string;
  readonly said: string;
  /** The run that saw it last. */
  readonly seen_in: string;
}
