import type { World, WorldItem } from "../../world/world.ts";
import { inventoryOf, type ErpDatabase } from "../data/database.ts";
import { fillFields, numberOf, textOf, type Fields, type Row } from "../data/row.ts";
import { unitFactor } from "../sales/sales-line.ts";
import type { EntityFacts } from "../odata/facts.ts";
import type { EntitySet } from "../odata/entity-set.ts";
import type { Table } from "../data/table.ts";
import {
  CUSTOMER_CARD_FACTS,
  ITEM_CARD_FACTS,
  ITEM_JOURNAL_FACTS,
  ITEM_LEDGER_FACTS,
  ITEM_UNITS_FACTS,
  PRICE_LINES_FACTS,
  RECLASS_JOURNAL_FACTS,
} from "./facts.ts";

const GRAMS_PER_KILOGRAM = 1_000;
const TRACKING_CODES = { NONE: "", LOT: "LOTALL", SERIAL: "SNALL" } as const;

/** The pages below `Company('…')/` of ODataV4, by service name. */
export function createPublishedPages(
  database: ErpDatabase,
  world: World,
): Readonly<Record<string, EntitySet>> {
  const pages = [
    tablePage(PRICE_LINES_FACTS, database.priceLines, "key", "Line_No"),
    tablePage(ITEM_LEDGER_FACTS, database.itemLedger, "Entry_No", "Entry_No"),
    tablePage(ITEM_UNITS_FACTS, database.itemUnits, "key", "Item_No"),
    tablePage(ITEM_JOURNAL_FACTS, database.itemJournal, "key", "Line_No"),
    tablePage(RECLASS_JOURNAL_FACTS, database.reclassJournal, "key", "Line_No"),
    itemCard(database, world),
    customerCard(database, world),
  ];
  return Object.fromEntries(pages.map((page) => [page.facts.setName, page]));
}

function tablePage(
  facts: EntityFacts,
  table: Table,
  keyProperty: string,
  sortProperty: string,
): EntitySet {
  return {
    facts,
    keyProperty,
    sortProperty,
    rows: () => table.rows(),
    get: (key) => table.get(key),
    navigations: {},
  };
}

/** Quantities count one location when `Location_Filter` names it: a filter that selects nothing. */
function itemCard(database: ErpDatabase, world: World): EntitySet {
  const worldItems = new Map(world.items.map((item) => [item.sku, item]));
  const toCard = (row: Row): Row => ({
    version: row.version,
    fields: fillFields(ITEM_CARD_FACTS, cardFields(row.fields, worldItems)),
  });
  return {
    facts: ITEM_CARD_FACTS,
    keyProperty: "No",
    sortProperty: "No",
    rows: () => [...database.items.rows()].map(toCard),
    get(key) {
      const row = database.items.find(key.toUpperCase());
      return row === undefined ? undefined : toCard(row);
    },
    navigations: {},
    flowFilters: ["Location_Filter"],
    calculated: ["Inventory", "Qty_on_Sales_Order", "Location_Filter"],
    project(fields, flowFilters) {
      const sku = textOf(fields, "No");
      const location = flowFilters.get("Location_Filter");
      return {
        ...fields,
        Inventory: inventoryOf(database, sku, location),
        Qty_on_Sales_Order: onSalesOrders(database, sku, location),
        Location_Filter: location ?? "",
      };
    },
  };
}

function cardFields(item: Fields, worldItems: ReadonlyMap<string, WorldItem>): Fields {
  const known = worldItems.get(textOf(item, "number"));
  const weight = (known?.weightGrams ?? 0) / GRAMS_PER_KILOGRAM;
  return {
    No: textOf(item, "number"),
    Description: textOf(item, "displayName"),
    Blocked: item.blocked === true,
    Type: textOf(item, "type"),
    Base_Unit_of_Measure: textOf(item, "baseUnitOfMeasureCode"),
    Item_Category_Code: textOf(item, "itemCategoryCode"),
    Search_Description: textOf(item, "displayName").toUpperCase(),
    GTIN: textOf(item, "gtin"),
    Item_Tracking_Code: TRACKING_CODES[known?.tracking ?? "NONE"],
    Net_Weight: weight,
    Gross_Weight: weight,
    Unit_Cost: numberOf(item, "unitCost"),
    Unit_Price: numberOf(item, "unitPrice"),
  };
}

/** Ordered and not yet shipped, in base units. */
function onSalesOrders(database: ErpDatabase, sku: string, location?: string): number {
  const locationId = location === undefined ? null : database.locations.find(location)?.fields.id;
  let sum = 0;
  for (const order of database.salesOrders.rows()) {
    if (order.fields.fullyShipped === true) continue;
    for (const { fields } of order.lines ?? []) {
      if (fields.lineObjectNumber !== sku) continue;
      if (locationId !== null && fields.locationId !== locationId) continue;
      const open = numberOf(fields, "quantity") - numberOf(fields, "shippedQuantity");
      sum += open * (unitFactor(database, sku, textOf(fields, "unitOfMeasureCode")) ?? 1);
    }
  }
  return sum;
}

function customerCard(database: ErpDatabase, world: World): EntitySet {
  const groups = new Map(world.customers.map(({ number, priceGroup }) => [number, priceGroup]));
  const toCard = ({ version, fields }: Row): Row => ({
    version,
    fields: fillFields(CUSTOMER_CARD_FACTS, {
      No: textOf(fields, "number"),
      Name: textOf(fields, "displayName"),
      Address: textOf(fields, "addressLine1"),
      Address_2: textOf(fields, "addressLine2"),
      City: textOf(fields, "city"),
      County: textOf(fields, "state"),
      Post_Code: textOf(fields, "postalCode"),
      Country_Region_Code: textOf(fields, "country"),
      Blocked: textOf(fields, "blocked"),
      Customer_Price_Group: groups.get(textOf(fields, "number")) ?? "",
      Payment_Terms_Code: textOf(
        database.paymentTerms.get(textOf(fields, "paymentTermsId"))?.fields ?? {},
        "code",
      ),
      Credit_Limit_LCY: numberOf(fields, "creditLimit"),
      Balance_LCY: numberOf(fields, "balanceDue"),
    }),
  });
  return {
    facts: CUSTOMER_CARD_FACTS,
    keyProperty: "No",
    sortProperty: "No",
    rows: () => [...database.customers.rows()].map(toCard),
    get(key) {
      const row = database.customers.find(key.toUpperCase());
      return row === undefined ? undefined : toCard(row);
    },
    navigations: {},
  };
}
