import { Decimal } from "decimal.js";
import { randomUUID } from "node:crypto";
import type { ErpDatabase } from "../data/database.ts";
import { fillFields, NULL_GUID, numberOf, textOf, type Fields, type Row } from "../data/row.ts";
import { dialogError, invalidRelation } from "../odata/error.ts";
import { factsOf } from "../odata/facts.ts";
import { readInput } from "../odata/read-input.ts";
import { priceLine } from "./line-amounts.ts";

export type LineSet = "salesOrderLines" | "salesInvoiceLines" | "salesCreditMemoLines";

/** Lines are numbered with room between them, as a person at the screen would find them. */
const SEQUENCE_STEP = 10_000;

/**
 * A new line of a document. Left out: the sequence follows the last line, the unit is the item's
 * base unit, the price is the list price of one such unit.
 * @throws {ODataError} 400 for an item, unit or location that does not exist
 */
export function buildLine(
  database: ErpDatabase,
  setName: LineSet,
  documentId: string,
  before: readonly Row[],
  body: unknown,
): Row {
  const { fields: input } = readInput(factsOf(setName), body, []);
  const last = before.reduce((max, { fields }) => Math.max(max, numberOf(fields, "sequence")), 0);
  const sequence = numberOf(input, "sequence") || last + SEQUENCE_STEP;
  if (before.some(({ fields }) => fields.sequence === sequence)) {
    throw dialogError(`The sales line with Line No. ${String(sequence)} already exists.`);
  }
  const base = { ...input, id: randomUUID(), documentId, sequence };
  const isItem = (input.lineType ?? "Item") === "Item";
  const known = isItem ? itemLine(database, setName, base) : { lineType: "Comment", ...base };
  return { version: 1, fields: fillFields(factsOf(setName), known) };
}

/** A line as it was, with some of its fields changed; quantities and amounts follow. */
export function changeLine(database: ErpDatabase, setName: LineSet, line: Row, input: Fields): Row {
  const fields = { ...line.fields, ...input };
  const next = textOf(fields, "lineType") === "Item" ? itemLine(database, setName, fields) : fields;
  return { version: line.version + 1, fields: next };
}

/** How many base units one unit of the line holds. */
export function unitFactor(database: ErpDatabase, sku: string, unit: string): number | null {
  const row = database.itemUnits.grouped(sku).find(({ fields }) => fields.Code === unit);
  return row === undefined ? null : numberOf(row.fields, "Qty_per_Unit_of_Measure");
}

function itemLine(database: ErpDatabase, setName: LineSet, fields: Fields): Fields {
  const item = itemOf(database, fields);
  const sku = textOf(item, "number");
  const unit = textOf(fields, "unitOfMeasureCode") || textOf(item, "baseUnitOfMeasureCode");
  const factor = unitFactor(database, sku, unit);
  if (factor === null) {
    throw invalidRelation("Unit of Measure Code", "Sales Line", unit, "Item Unit of Measure");
  }
  const listPrice = new Decimal(numberOf(item, "unitPrice")).times(factor).toNumber();
  const locationId = textOf(fields, "locationId") || NULL_GUID;
  if (locationId !== NULL_GUID && database.locations.get(locationId) === undefined) {
    throw invalidRelation("Location Id", "Sales Line", locationId, "Location");
  }
  const quantity = numberOf(fields, "quantity");
  if (quantity < 0) throw dialogError("Quantity must be positive in Sales Line.");
  return priceLine({
    lineType: "Item",
    ...fields,
    itemId: textOf(item, "id"),
    lineObjectNumber: sku,
    description: textOf(fields, "description") || textOf(item, "displayName"),
    unitOfMeasureId: textOf(database.unitsOfMeasure.find(unit)?.fields ?? {}, "id"),
    unitOfMeasureCode: unit,
    unitPrice: fields.unitPrice ?? listPrice,
    ...(setName === "salesOrderLines" && outstanding(fields, quantity)),
  });
}

/** What is still to ship and to invoice, when nobody said how much goes next. */
function outstanding(fields: Fields, quantity: number): Fields {
  const rest = (done: string) => new Decimal(quantity).minus(numberOf(fields, done)).toNumber();
  return {
    shipQuantity: fields.shipQuantity ?? rest("shippedQuantity"),
    invoiceQuantity: fields.invoiceQuantity ?? rest("invoicedQuantity"),
  };
}

function itemOf(database: ErpDatabase, fields: Fields): Fields {
  const number = textOf(fields, "lineObjectNumber");
  const id = textOf(fields, "itemId");
  const byNumber = number !== "";
  if (!byNumber && (id === "" || id === NULL_GUID)) {
    throw dialogError("No. must have a value in Sales Line. It cannot be zero or empty.");
  }
  const item = byNumber ? database.items.find(number) : database.items.get(id);
  if (item === undefined) {
    throw invalidRelation("No.", "Sales Line", byNumber ? number : id, "Item");
  }
  if (item.fields.blocked === true) {
    throw dialogError(
      `You cannot sell item ${textOf(item.fields, "number")} because the Blocked check box is selected on the item card.`,
    );
  }
  return item.fields;
}
