import type { ErpDatabase } from "./data/database.ts";
import { numberOf, textOf } from "./data/row.ts";

/**
 * Applies what leaves a location to the entries that are open there, oldest first.
 * @param wanted quantity in base units, above zero; `lot` only when it is given
 * @returns what no entry covered
 */
export function takeRemaining(
  database: ErpDatabase,
  wanted: {
    readonly sku: string;
    readonly location: string;
    readonly lot: string | null;
    readonly quantity: number;
  },
): number {
  const { sku, location, lot } = wanted;
  let left = wanted.quantity;
  for (const { fields } of database.itemLedger.grouped(sku)) {
    const remaining = numberOf(fields, "Remaining_Quantity");
    const isThere = fields.Location_Code === location && (lot === null || fields.Lot_No === lot);
    if (left === 0 || remaining <= 0 || !isThere) continue;
    const taken = Math.min(left, remaining);
    left -= taken;
    database.itemLedger.recalculate(textOf(fields, "Entry_No"), {
      Remaining_Quantity: remaining - taken,
      Open: remaining > taken,
    });
  }
  return left;
}
