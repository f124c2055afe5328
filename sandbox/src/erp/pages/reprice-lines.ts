import type { ErpDatabase } from "../data/database.ts";
import { textOf } from "../data/row.ts";

/**
 * What a person does on the price list's page: the lines keep their numbers.
 * @param change.to customer number or price group @param change.unitPrice `null` deletes the lines
 * @returns how many lines it was
 */
export function repriceLines(
  database: ErpDatabase,
  change: { readonly sku: string; readonly to: string; readonly unitPrice: number | null },
): number {
  const { sku, to, unitPrice } = change;
  const lines = database.priceLines.grouped(sku).filter(({ fields }) => fields.Source_No === to);
  for (const { fields } of lines) {
    const key = textOf(fields, "key");
    if (unitPrice === null) database.priceLines.delete(key);
    else database.priceLines.update(key, { ...fields, Unit_Price: unitPrice });
  }
  return lines.length;
}
