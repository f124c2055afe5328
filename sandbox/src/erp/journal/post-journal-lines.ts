import { Decimal } from "decimal.js";
import { inventoryOf, type ErpDatabase } from "../data/database.ts";
import { fillFields, numberOf, textOf, type Fields, type Row } from "../data/row.ts";
import { ITEM_LEDGER_FACTS } from "../pages/facts.ts";
import { unitFactor } from "../sales/sales-line.ts";
import { takeRemaining } from "../take-remaining.ts";
import { NEGATIVE } from "./journal-lines.ts";

const TRANSFER = "Transfer";

/**
 * Posts what waits in the journals under a document number, as a person does on the screen: the lines
 * become entries of the item ledger and are gone.
 * @returns false when nothing waits under it
 */
export function postJournalLines(database: ErpDatabase, documentNo: string): boolean {
  return database.transaction(() => {
    const waiting = (rows: Iterable<Row>) =>
      [...rows].filter(({ fields }) => textOf(fields, "Document_No") === documentNo.toUpperCase());
    const adjustments = waiting(database.itemJournal.rows());
    const transfers = waiting(database.reclassJournal.rows());
    for (const { fields } of adjustments) {
      const sign = textOf(fields, "Entry_Type") === NEGATIVE ? -1 : 1;
      post(database, fields, textOf(fields, "Entry_Type"), sign, textOf(fields, "Location_Code"));
      database.itemJournal.delete(textOf(fields, "key"));
    }
    for (const { fields } of transfers) {
      post(database, fields, TRANSFER, -1, textOf(fields, "Location_Code"));
      post(database, fields, TRANSFER, 1, textOf(fields, "New_Location_Code"));
      database.reclassJournal.delete(textOf(fields, "key"));
    }
    return adjustments.length + transfers.length > 0;
  });
}

function post(
  database: ErpDatabase,
  line: Fields,
  type: string,
  sign: 1 | -1,
  location: string,
): void {
  const sku = textOf(line, "Item_No");
  const unit = textOf(line, "Unit_of_Measure_Code");
  const factor = unitFactor(database, sku, unit) ?? 1;
  const quantity = new Decimal(numberOf(line, "Quantity")).times(factor).times(sign).toNumber();
  const lot = textOf(line, "Lot_No");
  const open =
    quantity >= 0
      ? quantity
      : -takeRemaining(database, { sku, location, lot: lot || null, quantity: -quantity });
  const entry = {
    Entry_No: Number(database.nextNumber("ledgerEntry")),
    Posting_Date: textOf(line, "Posting_Date"),
    Entry_Type: type,
    Document_No: textOf(line, "Document_No"),
    Item_No: sku,
    Description: textOf(line, "Description"),
    Lot_No: lot,
    Location_Code: location,
    Quantity: quantity,
    Remaining_Quantity: open,
    Qty_per_Unit_of_Measure: factor,
    Unit_of_Measure_Code: unit,
    Open: open !== 0,
  };
  database.itemLedger.insert(fillFields(ITEM_LEDGER_FACTS, entry));
  const item = database.items.find(sku);
  if (item === undefined) throw new Error(`A line of no item: ${sku}.`);
  database.items.recalculate(textOf(item.fields, "id"), { inventory: inventoryOf(database, sku) });
}
