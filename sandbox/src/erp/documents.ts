import type { ControlDocument } from "../kit/source.ts";
import type { ErpDatabase } from "./data/database.ts";
import { etagOf, textOf, type Row } from "./data/row.ts";

const KINDS = {
  salesOrder: { table: "salesOrders", lines: "salesOrderLines" },
  salesShipment: { table: "salesShipments", lines: "salesShipmentLines" },
  salesInvoice: { table: "salesInvoices", lines: "salesInvoiceLines" },
  salesCreditMemo: { table: "salesCreditMemos", lines: "salesCreditMemoLines" },
} as const;
/** What is no document of its own: found by the document number that stands on it. */
const ENTRIES = {
  itemJournalLine: "itemJournal",
  reclassJournalLine: "reclassJournal",
  itemLedgerEntry: "itemLedger",
} as const;

/** What the control side may count: each document by its numbers, whole and in parts. */
export function controlDocuments(database: ErpDatabase, type: string): ControlDocument[] {
  if (type in ENTRIES) {
    return [...database[ENTRIES[type as keyof typeof ENTRIES]].rows()].map(({ fields }) => ({
      references: [textOf(fields, "Document_No")],
      body: fields,
    }));
  }
  if (!(type in KINDS)) return [];
  const { table, lines } = KINDS[type as keyof typeof KINDS];
  return [...database[table].rows()].map((row) => ({
    references: referencesOf(row),
    // Made when somebody looks at it: there are thousands of them.
    get body() {
      return {
        "@odata.etag": etagOf(row),
        ...row.fields,
        [lines]: (row.lines ?? []).map(({ fields }) => fields),
      };
    },
  }));
}

/**
 * Own number, external number, the parts of it around `~`, the order's number; and what a comment
 * line says after its colon, where a reference stands that is too long for its field.
 */
function referencesOf({ fields, lines = [] }: Row): string[] {
  const external = textOf(fields, "externalDocumentNumber");
  const comments = lines
    .filter((line) => line.fields.lineType === "Comment")
    .map((line) => textOf(line.fields, "description").split(": ").slice(1).join(": "));
  const all = [
    textOf(fields, "number"),
    external,
    ...external.split("~"),
    textOf(fields, "orderNumber"),
    textOf(fields, "invoiceNumber"),
    ...comments,
  ];
  return [...new Set(all.filter((reference) => reference !== ""))];
}
