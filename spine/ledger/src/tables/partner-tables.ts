import type { ColumnType } from "kysely";
import type { InstantColumn } from "./event-tables.ts";

type NullableInstantColumn = ColumnType<Date | null, Date | string | null, Date | string | null>;

/** One row per partner: who it is and what is agreed with it. */
export interface PartnersTable {
  readonly client_id: string;
  readonly name: string;
  /** The accounts that it sees. */
  readonly customers: string[];
  readonly scopes: string[];
  readonly operations: "open" | "log" | "safelist" | "persistedOnly";
  readonly points_per_minute: number;
  readonly concurrent_operations: number;
  readonly source_calls_per_minute: number | null;
  readonly suspended_at: NullableInstantColumn;
  readonly created_at: InstantColumn;
}

/** One row per key that was ever given out; the secret itself is nowhere. */
export interface ApiKeysTable {
  readonly id: string;
  readonly client_id: string;
  /** SHA-256 of the secret. */
  readonly secret_hash: Buffer;
  readonly created_at: InstantColumn;
  readonly expires_at: NullableInstantColumn;
  readonly revoked_at: NullableInstantColumn;
  /** To the minute. */
  readonly last_used_at: NullableInstantColumn;
}
