import type { ErpDatabase } from "../data/database.ts";
import { fillFields, numberOf, textOf, type Fields, type Row } from "../data/row.ts";
import { dialogError, invalidRelation } from "../odata/error.ts";
import type { EntityFacts } from "../odata/facts.ts";
import { readInput } from "../odata/read-input.ts";
import { ITEM_JOURNAL_FACTS, RECLASS_JOURNAL_FACTS } from "../pages/facts.ts";
import { unitFactor } from "../sales/sales-line.ts";
import type { Writers } from "../writers.ts";

/** Each page opens the journals of one template; this tenant has one batch in each. */
const TEMPLATES = { itemJournal: "ITEM", reclassJournal: "RECLASS" } as const;
type JournalName = keyof typeof TEMPLATES;
const BATCH = "DEFAULT";
const LINE_STEP = 10_000;
export const POSITIVE = "Positive_x0020_Adjmt_x002E_";
export const NEGATIVE = "Negative_x0020_Adjmt_x002E_";
const TABLE = "Item Journal Line";

/**
 * What a client may do to the journals that are published: add lines. Nothing is checked for having been
 * sent before, and a document number may stand on any number of lines.
 */
export function createJournalWriters(database: ErpDatabase): Writers {
  return {
    ItemJournal: {
      create: (body) => {
        const line = readLine(database, "itemJournal", ITEM_JOURNAL_FACTS, body);
        const type = textOf(line, "Entry_Type") || POSITIVE;
        if (type !== POSITIVE && type !== NEGATIVE) {
          throw dialogError(`You cannot use entry type ${type} in this journal.`);
        }
        return insertLine(database, "itemJournal", ITEM_JOURNAL_FACTS, line, { Entry_Type: type });
      },
    },
    ItemReclassJournal: {
      create: (body) => {
        const line = readLine(database, "reclassJournal", RECLASS_JOURNAL_FACTS, body);
        requireLocation(database, "New Location Code", textOf(line, "New_Location_Code"));
        return insertLine(database, "reclassJournal", RECLASS_JOURNAL_FACTS, line, {});
      },
    },
  };
}

function readLine(
  database: ErpDatabase,
  journal: JournalName,
  facts: EntityFacts,
  body: unknown,
): Fields {
  const { fields } = readInput(facts, body, []);
  const template = textOf(fields, "Journal_Template_Name") || TEMPLATES[journal];
  const batch = textOf(fields, "Journal_Batch_Name") || BATCH;
  if (template !== TEMPLATES[journal] || batch !== BATCH) {
    throw invalidRelation("Journal Batch Name", TABLE, batch, "Item Journal Batch");
  }
  const sku = textOf(fields, "Item_No");
  const item = database.items.find(sku);
  if (item === undefined) throw invalidRelation("Item No.", TABLE, sku, "Item");
  requireLocation(database, "Location Code", textOf(fields, "Location_Code"));
  const unit =
    textOf(fields, "Unit_of_Measure_Code") || textOf(item.fields, "baseUnitOfMeasureCode");
  if (unitFactor(database, sku, unit) === null) {
    throw invalidRelation("Unit of Measure Code", TABLE, unit, "Item Unit of Measure");
  }
  return {
    ...fields,
    Journal_Template_Name: template,
    Journal_Batch_Name: batch,
    Unit_of_Measure_Code: unit,
    Description: textOf(fields, "Description") || textOf(item.fields, "displayName"),
    Posting_Date: textOf(fields, "Posting_Date") || database.now().slice(0, 10),
    Quantity: numberOf(fields, "Quantity"),
  };
}

function requireLocation(database: ErpDatabase, field: string, code: string): void {
  if (database.locations.find(code) === undefined) {
    throw invalidRelation(field, TABLE, code, "Location");
  }
}

function insertLine(
  database: ErpDatabase,
  journal: JournalName,
  facts: EntityFacts,
  line: Fields,
  more: Fields,
): Row {
  const Line_No = Number(database.nextNumber("journalLine")) * LINE_STEP;
  const fields = fillFields(facts, { ...line, ...more, Line_No });
  return database[journal].insert({ key: String(Line_No), ...fields });
}
