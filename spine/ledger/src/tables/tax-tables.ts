import type { ColumnType } from "kysely";
import type { InstantColumn } from "./event-tables.ts";

/** The rates by which a customer was taxed last where goods went. */
export interface TaxRatesTable {
  readonly customer_number: string;
  /** Country, region and postal code: see `jurisdictionOf`. */
  readonly jurisdiction: string;
  /** Part of the net amount. */
  readonly goods: ColumnType<string, string, string>;
  readonly freight: ColumnType<string, string, string>;
  readonly told_at: InstantColumn;
}
