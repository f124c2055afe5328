import type { ErpDatabase } from "../data/database.ts";
import { numberOf, textOf, type Fields, type Row } from "../data/row.ts";
import { dialogError } from "../odata/error.ts";
import { factsOf } from "../odata/facts.ts";
import { readInput } from "../odata/read-input.ts";
import { insertDocument } from "./sales-header.ts";
import { buildLine, changeLine } from "./sales-line.ts";
import { totalsOf } from "./totals.ts";

/** What a posting moves, never a client. */
const POSTED_QUANTITIES = ["shippedQuantity", "invoicedQuantity"];

export function createOrder(database: ErpDatabase, body: unknown): Row {
  return insertDocument(
    database,
    {
      setName: "salesOrders",
      lineSet: "salesOrderLines",
      series: "salesOrder",
      dateProperties: ["orderDate", "postingDate"],
      status: "Open",
    },
    body,
  );
}

/** Header fields only: the service takes no lines in a PATCH. */
export function changeOrder(database: ErpDatabase, order: Row, body: unknown): Row {
  const { fields } = readInput(factsOf("salesOrders"), body, []);
  for (const property of ["customerId", "customerNumber"]) {
    if (property in fields && fields[property] !== order.fields[property]) {
      throw dialogError("You cannot change Sell-to Customer No. because the order has lines.");
    }
  }
  return database.salesOrders.update(idOf(order), { ...order.fields, ...fields });
}

export function deleteOrder(database: ErpDatabase, order: Row): void {
  for (const line of order.lines ?? []) requireNothingShipped(order, line);
  database.salesOrders.delete(idOf(order));
}

export function addOrderLine(database: ErpDatabase, order: Row, body: unknown): Row {
  const before = order.lines ?? [];
  const line = buildLine(database, "salesOrderLines", idOf(order), before, body);
  saveLines(database, order, [...before, line]);
  return line;
}

/** Less than what is shipped or more to ship than is left: refused. */
export function changeOrderLine(database: ErpDatabase, order: Row, line: Row, body: unknown): Row {
  const { fields: input } = readInput(factsOf("salesOrderLines"), body, []);
  for (const property of POSTED_QUANTITIES) {
    if (property in input) throw dialogError(`Control '${property}' is read-only.`);
  }
  const changesQuantity = "quantity" in input;
  const start = changesQuantity ? without(line, ["shipQuantity", "invoiceQuantity"]) : line;
  const changed = changeLine(database, "salesOrderLines", start, input);
  requirePostable(changed.fields);
  const lines = (order.lines ?? []).map((one) => (one === line ? changed : one));
  saveLines(database, order, lines);
  return changed;
}

export function deleteOrderLine(database: ErpDatabase, order: Row, line: Row): void {
  requireNothingShipped(order, line);
  saveLines(
    database,
    order,
    (order.lines ?? []).filter((one) => one !== line),
  );
}

/** The header with what its lines now add up to. */
export function headerFor(order: Row, lines: readonly Row[]): Fields {
  const items = lines.filter(({ fields }) => fields.lineType === "Item");
  const fullyShipped =
    items.length > 0 &&
    items.every(
      ({ fields }) => numberOf(fields, "shippedQuantity") >= numberOf(fields, "quantity"),
    );
  return { ...order.fields, ...totalsOf(lines), fullyShipped };
}

function saveLines(database: ErpDatabase, order: Row, lines: readonly Row[]): void {
  database.salesOrders.update(idOf(order), headerFor(order, lines), lines);
}

function requirePostable(line: Fields): void {
  const quantity = numberOf(line, "quantity");
  const shipped = numberOf(line, "shippedQuantity");
  const invoiced = numberOf(line, "invoicedQuantity");
  if (quantity < shipped) {
    throw dialogError(`Quantity must not be less than Quantity Shipped in Sales Line.`);
  }
  if (numberOf(line, "shipQuantity") > quantity - shipped) {
    throw dialogError(`You cannot ship more than ${String(quantity - shipped)} units.`);
  }
  if (numberOf(line, "invoiceQuantity") > quantity - invoiced) {
    throw dialogError(`You cannot invoice more than ${String(quantity - invoiced)} units.`);
  }
}

function requireNothingShipped(order: Row, { fields }: Row): void {
  const open = numberOf(fields, "shippedQuantity") - numberOf(fields, "invoicedQuantity");
  if (open === 0) return;
  throw dialogError(
    "Qty. Shipped Not Invoiced must be equal to '0'  in Sales Line: Document Type=Order, " +
      `Document No.=${textOf(order.fields, "number")}, Line No.=${textOf(fields, "sequence")}. ` +
      `Current value is '${String(open)}'.`,
  );
}

function without(line: Row, properties: readonly string[]): Row {
  const kept = Object.entries(line.fields).filter(([name]) => !properties.includes(name));
  return { ...line, fields: Object.fromEntries(kept) };
}

const idOf = (row: Row) => textOf(row.fields, "id");
