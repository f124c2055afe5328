import { z } from "zod";
import type { ErpDatabase } from "./data/database.ts";
import { inventoryOf } from "./data/database.ts";
import { fillFields, numberOf, textOf } from "./data/row.ts";
import { ITEM_LEDGER_FACTS } from "./pages/facts.ts";

const stockChange = z.strictObject({
  sku: z.string().min(1),
  warehouse: z.string().min(1),
  onHand: z.int().nonnegative(),
});
const orderChange = z.union([
  z.strictObject({ isShipped: z.boolean() }),
  z.strictObject({ isGone: z.literal(true) }),
]);

/**
 * Somebody works in the company's database itself: nobody is notified, and no record says that it was changed.
 * @returns false when there is no such record, or the change is none
 */
export function tamperWithErp(
  database: ErpDatabase,
  type: string,
  reference: string,
  change: unknown,
): boolean {
  return database.transaction(() => {
    if (type === "stock") return changeStock(database, change);
    if (type === "salesOrder") return changeOrder(database, reference, change);
    return false;
  });
}

function changeStock(database: ErpDatabase, raw: unknown): boolean {
  const { data } = stockChange.safeParse(raw);
  const item = data === undefined ? undefined : database.items.find(data.sku);
  if (data === undefined || item === undefined) return false;
  const { sku, warehouse, onHand } = data;
  const difference = onHand - inventoryOf(database, sku, warehouse);
  const entries = database.itemLedger
    .grouped(sku)
    .filter(({ fields }) => fields.Location_Code === warehouse);
  const [first] = entries;
  if (first === undefined) {
    const entry = {
      Entry_No: Number(database.nextNumber("ledgerEntry")),
      Posting_Date: "2025-11-19",
      Entry_Type: "Positive_x0020_Adjmt_x002E_",
      Document_No: "OPENING",
      Item_No: sku,
      Location_Code: warehouse,
      Quantity: onHand,
      Remaining_Quantity: onHand,
      Qty_per_Unit_of_Measure: 1,
      Unit_of_Measure_Code: "EA",
      Open: onHand !== 0,
    };
    database.itemLedger.insert(fillFields(ITEM_LEDGER_FACTS, entry));
    return true;
  }
  const remaining = numberOf(first.fields, "Remaining_Quantity") + difference;
  database.itemLedger.recalculate(textOf(first.fields, "Entry_No"), {
    Remaining_Quantity: remaining,
    Open: remaining !== 0,
  });
  return true;
}

function changeOrder(database: ErpDatabase, reference: string, raw: unknown): boolean {
  const { data } = orderChange.safeParse(raw);
  const order = database.salesOrders.find(reference);
  if (data === undefined || order === undefined) return false;
  const id = textOf(order.fields, "id");
  if ("isGone" in data) database.salesOrders.delete(id);
  else database.salesOrders.recalculate(id, { fullyShipped: data.isShipped });
  return true;
}
