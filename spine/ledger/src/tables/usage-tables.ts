import type { BigIntColumn, InstantColumn } from "./event-tables.ts";

/** One row for each shape that an operation was seen with: the same for all who send the like. */
export interface UsedOperationsTable {
  /** A digest of name, kind and coordinates. */
  readonly signature: string;
  readonly operation_name: string | null;
  /** query, mutation or subscription. */
  readonly kind: string;
  /** What its text asks for: `Order.total`. */
  readonly coordinates: readonly string[];
  /** The last day on which a process told of it, `YYYY-MM-DD`. */
  readonly seen_on: string;
}

/** One row for each client and operation on each day in UTC. */
export interface OperationUsageTable {
  readonly used_on: string;
  /** Empty for callers without a token. */
  readonly client_id: string;
  readonly signature: string;
  readonly count: BigIntColumn;
  readonly last_used_at: InstantColumn;
}

/** How many runs of an operation on a day had an input field or an enum value in their variables. */
export interface VariableUsageTable {
  readonly used_on: string;
  readonly client_id: string;
  readonly signature: string;
  readonly coordinate: string;
  readonly count: BigIntColumn;
}
