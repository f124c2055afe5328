import { pageFacts } from "../odata/facts.ts";

/**
 * The standard pages that this tenant published as web services. Names are the page controls'
 * with every non-identifier character turned into `_`.
 */

/** Page 38. On hand of an item at a location in a lot = sum of Remaining_Quantity where Open. */
export const ITEM_LEDGER_FACTS = pageFacts("ItemLedgerEntries", "ItemLedgerEntries", {
  Entry_No: "Int32",
  Posting_Date: "Date",
  Entry_Type: "Enum",
  Document_Type: "Enum",
  Document_No: "Code",
  Document_Line_No: "Int32",
  Item_No: "Code",
  Variant_Code: "Code",
  Description: "String",
  Return_Reason_Code: "Code",
  Expiration_Date: "Date",
  Serial_No: "Code",
  Lot_No: "Code",
  Package_No: "Code",
  Location_Code: "Code",
  Quantity: "Decimal",
  Invoiced_Quantity: "Decimal",
  Remaining_Quantity: "Decimal",
  Shipped_Qty_Not_Returned: "Decimal",
  Reserved_Quantity: "Decimal",
  Qty_per_Unit_of_Measure: "Decimal",
  Unit_of_Measure_Code: "Code",
  Open: "Boolean",
  Drop_Shipment: "Boolean",
  Order_Type: "Enum",
  Order_No: "Code",
  Order_Line_No: "Int32",
});

/** Page 7005: contract prices with quantity breaks, one row for each Minimum_Quantity. */
export const PRICE_LINES_FACTS = pageFacts("PriceListLines", "PriceListLines", {
  Price_List_Code: "Code",
  Line_No: "Int32",
  PriceListDescription: "String",
  Status: "Enum",
  Source_Type: "Enum",
  Source_No: "Code",
  Asset_Type: "Enum",
  Asset_No: "Code",
  Description: "String",
  Variant_Code: "Code",
  Unit_of_Measure_Code: "Code",
  Minimum_Quantity: "Decimal",
  Amount_Type: "Enum",
  Currency_Code: "Code",
  Unit_Price: "Decimal",
  Cost_Factor: "Decimal",
  Starting_Date: "Date",
  Ending_Date: "Date",
  Allow_Line_Disc: "Boolean",
  Line_Discount_Percent: "Decimal",
  Allow_Invoice_Disc: "Boolean",
});

/** Page 5404: how many base units one of each of an item's units holds. */
export const ITEM_UNITS_FACTS = pageFacts("ItemUnitsOfMeasure", "ItemUnitsOfMeasure", {
  Item_No: "Code",
  Code: "Code",
  Qty_per_Unit_of_Measure: "Decimal",
});

/** Page 30. Quantities are recalculated for the location that the flow filter names. */
export const ITEM_CARD_FACTS = pageFacts("ItemCard", "ItemCard", {
  No: "Code",
  Description: "String",
  Blocked: "Boolean",
  Type: "Enum",
  Base_Unit_of_Measure: "Code",
  Item_Category_Code: "Code",
  Search_Description: "Code",
  GTIN: "Code",
  Item_Tracking_Code: "Code",
  Inventory: "Decimal",
  Qty_on_Purch_Order: "Decimal",
  Qty_on_Sales_Order: "Decimal",
  Net_Weight: "Decimal",
  Gross_Weight: "Decimal",
  Unit_Cost: "Decimal",
  Unit_Price: "Decimal",
  Location_Filter: "Code",
});

const JOURNAL_KEY = {
  Journal_Template_Name: "Code",
  Journal_Batch_Name: "Code",
  Line_No: "Int32",
} as const;
const JOURNAL_LINE = {
  Posting_Date: "Date",
  Document_Date: "Date",
  Document_No: "Code",
  Item_No: "Code",
  Description: "String",
  Location_Code: "Code",
  Quantity: "Decimal",
  Unit_of_Measure_Code: "Code",
  Reason_Code: "Code",
} as const;
// The line's number is the page's own: it splits the key by itself.
const WRITABLE_KEY = ["Journal_Template_Name", "Journal_Batch_Name"];

/** Page 40: lines that wait in a journal until a person posts its batch. The option is plain text here. */
export const ITEM_JOURNAL_FACTS = pageFacts(
  "ItemJournal",
  "ItemJournal",
  { ...JOURNAL_KEY, ...JOURNAL_LINE, Entry_Type: "String", Lot_No: "Code", Serial_No: "Code" },
  [...WRITABLE_KEY, ...Object.keys(JOURNAL_LINE), "Entry_Type", "Lot_No", "Serial_No"],
);

/** Page 393: lines that move stock from one location to another when a person posts them. */
export const RECLASS_JOURNAL_FACTS = pageFacts(
  "ItemReclassJournal",
  "ItemReclassJournal",
  { ...JOURNAL_KEY, ...JOURNAL_LINE, New_Location_Code: "Code" },
  [...WRITABLE_KEY, ...Object.keys(JOURNAL_LINE), "New_Location_Code"],
);

/** Page 21, with its address fields. */
export const CUSTOMER_CARD_FACTS = pageFacts("CustomerCard", "CustomerCard", {
  No: "Code",
  Name: "String",
  Address: "String",
  Address_2: "String",
  City: "String",
  County: "String",
  Post_Code: "Code",
  Country_Region_Code: "Code",
  Blocked: "Enum",
  Customer_Price_Group: "Code",
  Currency_Code: "Code",
  Payment_Terms_Code: "Code",
  Credit_Limit_LCY: "Decimal",
  Balance_LCY: "Decimal",
  Balance_Due_LCY: "Decimal",
});
