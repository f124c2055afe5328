import type { ColumnType, JSONColumnType } from "kysely";
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

/** One row per credit of an invoice that was asked for here, whatever became of its command. */
export interface CreditMemosTable {
  /** `{invoice number}-CM{serial}`: finance takes it once. */
  readonly number: string;
  readonly invoice_id: string;
  /** 1, 2, 3 … within the invoice; that of a credit which finance refused is not used again. */
  readonly serial: number;
  readonly command_id: string;
  readonly reason: string;
  /** `YYYY-MM-DD`. */
  readonly issued_on: string;
  /** With tax. */
  readonly total: string;
  readonly currency: string;
  /** Line numbers of the invoice and quantities; empty for an amount. */
  readonly lines: JSONColumnType<object[]>;
}
