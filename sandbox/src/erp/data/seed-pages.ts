import type { World } from "../../world/world.ts";
import { ITEM_LEDGER_FACTS, ITEM_UNITS_FACTS, PRICE_LINES_FACTS } from "../pages/facts.ts";
import { fillFields, type Fields, type Row } from "./row.ts";

const OPENED_ON = "2025-11-19";
const PRICE_SOURCE = {
  Customer: "Customer",
  "Customer Price Group": "Customer_x0020_Price_x0020_Group",
  Campaign: "Campaign",
  "All Customers": "All_x0020_Customers",
} as const;

/** One opening entry for each item, warehouse and lot that has stock. */
export function seedLedger(world: World): Row[] {
  const rows: Row[] = [];
  for (const item of world.items) {
    for (const { warehouseCode, onHand, lots } of item.stock) {
      const parts = lots.length > 0 ? lots : [{ number: "", expiresOn: "", onHand }];
      for (const part of parts.filter((one) => one.onHand > 0)) {
        const fields: Fields = {
          Entry_No: rows.length + 1,
          Posting_Date: OPENED_ON,
          Entry_Type: "Positive_x0020_Adjmt_x002E_",
          Document_No: "OPENING",
          Item_No: item.sku,
          Description: item.name,
          ...(part.expiresOn !== "" && { Expiration_Date: part.expiresOn }),
          Lot_No: part.number,
          Location_Code: warehouseCode,
          Quantity: part.onHand,
          Remaining_Quantity: part.onHand,
          Qty_per_Unit_of_Measure: 1,
          Unit_of_Measure_Code: item.baseUom,
          Open: true,
        };
        rows.push({ version: 1, fields: fillFields(ITEM_LEDGER_FACTS, fields) });
      }
    }
  }
  return rows;
}

export function seedItemUnits(world: World): Row[] {
  return world.items.flatMap((item) =>
    [{ code: item.baseUom, factor: 1 }, ...item.uoms].map(({ code, factor }) => {
      const fields = { Item_No: item.sku, Code: code, Qty_per_Unit_of_Measure: factor };
      const key = `${item.sku}|${code}`;
      return { version: 1, fields: { key, ...fillFields(ITEM_UNITS_FACTS, fields) } };
    }),
  );
}

export function seedPriceLines(world: World): Row[] {
  return world.priceLines.map((line, at) => {
    const fields = fillFields(PRICE_LINES_FACTS, {
      Price_List_Code: line.listCode,
      Line_No: (at + 1) * 10_000,
      Status: "Active",
      Source_Type: PRICE_SOURCE[line.sourceType],
      Source_No: line.sourceNo,
      Asset_Type: "Item",
      Asset_No: line.sku,
      Unit_of_Measure_Code: line.uom,
      Minimum_Quantity: Number(line.minimumQuantity),
      Amount_Type: "Price",
      Unit_Price: Number(line.unitPrice),
      Starting_Date: line.startingOn,
      ...(line.endingOn !== null && { Ending_Date: line.endingOn }),
      Allow_Line_Disc: true,
      Allow_Invoice_Disc: true,
    });
    const key = `${line.listCode}|${String((at + 1) * 10_000)}`;
    return { version: 1, fields: { key, ...fields } };
  });
}
