import type { ColumnType, JSONColumnType } from "kysely";
import type { InstantColumn } from "./event-tables.ts";

type NullableInstantColumn = ColumnType<Date | null, Date | string | null, Date | string | null>;

/** One row for each item that the ERP ever had since we listen. */
export interface ProductBookTable {
  readonly sku: string;
  /** Stock is kept of it and it is not blocked. */
  readonly is_listed: boolean;
  /** Sku and name in lower case. */
  readonly search_text: string;
  /** Every three characters in a row of `search_text`, each once. */
  readonly search_grams: string[];
  /** A `Product` of the domain. */
  readonly document: JSONColumnType<object>;
  /** By the ERP's clock; `null` when only a full load has told of it. */
  readonly modified_at: NullableInstantColumn;
  /** When it was read as it is. */
  readonly read_at: InstantColumn;
  /** When it was found that the ERP has it no more. */
  readonly gone_at: NullableInstantColumn;
}

/** One row for each customer that the ERP ever had since we listen. */
export interface CustomerBookTable {
  readonly number: string;
  /** A `Customer` of the domain. */
  readonly document: JSONColumnType<object>;
  readonly modified_at: NullableInstantColumn;
  readonly read_at: InstantColumn;
  readonly gone_at: NullableInstantColumn;
}

/** One row for each active line of the ERP's price lists. */
export interface PriceBookTable {
  /** Code of the list and number of the line: `CT-C10010/10000`. */
  readonly key: string;
  readonly sku: string;
  /** `customer:C10010`, `priceGroup:WHOLESALE`, `campaign:SPRING` or `everyone`. */
  readonly applies_to: string;
  /** A `PriceLine` of the domain. */
  readonly document: JSONColumnType<object>;
  readonly read_at: InstantColumn;
}
