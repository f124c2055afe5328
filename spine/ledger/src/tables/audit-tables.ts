import type { Generated } from "kysely";
import type { BigIntColumn, InstantColumn } from "./event-tables.ts";

/** One row per step of a command; never changed, never deleted. */
export interface AuditJournalTable {
  /** 1, 2, 3 … without a gap. */
  readonly sequence: BigIntColumn;
  readonly at: InstantColumn;
  readonly actor: string;
  readonly step: string;
  readonly command_id: string;
  readonly command_type: string;
  readonly outcome: string;
  readonly correlation_id: string;
  readonly payload_hash: string;
  /** SHA-256, in hex, of the hash before, the sequence and the row. */
  readonly hash: string;
}

/** One row: the end of the chain, held by whoever appends. */
export interface AuditHeadTable {
  readonly single: Generated<boolean>;
  readonly sequence: BigIntColumn;
  readonly hash: string;
}
