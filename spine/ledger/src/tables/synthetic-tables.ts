import type { ColumnType, JSONColumnType } from "kysely";
import type { InstantColumn } from "./event-tables.ts";

/** One row per run of the probe that places a synthetic order; deleted when it is old. */
export interface SyntheticRunsTable {
  readonly id: string;
  readonly asked_by: string;
  readonly started_at: InstantColumn;
  /** A run that is not finished by then has lost its process. */
  readonly lease_until: InstantColumn;
  readonly finished_at: ColumnType<Date | null, Date | string | null, Date | string | null>;
  readonly order_id: string | null;
  readonly outcome: "PASSED" | "FAILED" | "SKIPPED" | "ABANDONED" | null;
  readonly stages: JSONColumnType<object[]>;
  readonly failed_stage: string | null;
  readonly reason: string | null;
}
