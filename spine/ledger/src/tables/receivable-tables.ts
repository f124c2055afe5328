import type { ColumnType } from "kysely";
import type { InstantColumn } from "./event-tables.ts";

/** One row per dispute of an invoice; at most one of an invoice is open. */
export interface DisputesTable {
  /** The id of the command that opened it. */
  readonly id: string;
  readonly invoice_id: string;
  readonly customer_number: string;
  readonly reason: string;
  readonly opened_at: InstantColumn;
  readonly opened_by: string;
  /** When its invoice was settled; `null` while it is open. */
  readonly closed_at: ColumnType<Date | null, Date | string | null, Date | string | null>;
}
