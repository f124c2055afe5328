import type { ColumnType } from "kysely";
import type { InstantColumn } from "./event-tables.ts";

type NullableInstantColumn = ColumnType<Date | null, Date | string | null, Date | string | null>;

/** One row per time that a person stopped something; kept when it goes on. */
export interface PausesTable {
  readonly id: string;
  readonly scope: "LANE" | "PARTNER" | "SOURCE";
  /** Of a lane or a source its name, of a partner its client id. */
  readonly name: string;
  readonly reason: string;
  readonly paused_by: string;
  readonly paused_at: InstantColumn;
  /** Set together with `resumed_by`. */
  readonly resumed_at: NullableInstantColumn;
  readonly resumed_by: string | null;
}

/** Minutes from when an exception is opened until it should be dealt with, where that was agreed. */
export interface ExceptionDeadlinesTable {
  readonly kind: "code" | "owner" | "class";
  readonly value: string;
  readonly minutes: number;
}
