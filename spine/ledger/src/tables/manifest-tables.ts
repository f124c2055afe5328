import type { ColumnType } from "kysely";
import type { BigIntColumn, InstantColumn } from "./event-tables.ts";

type NullableInstantColumn = ColumnType<Date | null, Date | string | null, Date | string | null>;

/** One row per version of a client's manifest; never deleted, and changed in its status alone. */
export interface OperationManifestsTable {
  readonly client_id: string;
  readonly version: string;
  readonly status: "pushed" | "promoted" | "retired";
  /** SHA-256 over its operations. */
  readonly digest: string;
  readonly pushed_at: InstantColumn;
  readonly promoted_at: NullableInstantColumn;
  readonly retired_at: NullableInstantColumn;
}

export interface ManifestOperationsTable {
  readonly client_id: string;
  readonly version: string;
  readonly id: string;
  readonly name: string;
  readonly type: "query" | "mutation" | "subscription";
  readonly body: string;
  /** What it may cost at most, as it was when the manifest was pushed. */
  readonly points: BigIntColumn;
  readonly source_calls: BigIntColumn;
}

/** One row per text that a client sent while texts were noted. */
export interface UnknownOperationsTable {
  readonly client_id: string;
  readonly sha256: string;
  readonly body: string;
  readonly times: BigIntColumn;
  readonly first_seen_at: InstantColumn;
  readonly last_seen_at: InstantColumn;
}
