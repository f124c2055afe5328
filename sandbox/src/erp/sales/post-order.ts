import { Decimal } from "decimal.js";
import { randomUUID } from "node:crypto";
import { inventoryOf, type ErpDatabase } from "../data/database.ts";
import { fillFields, numberOf, textOf, type Fields, type Row } from "../data/row.ts";
import { dialogError } from "../odata/error.ts";
import { factsOf } from "../odata/facts.ts";
import { ITEM_LEDGER_FACTS } from "../pages/facts.ts";
import { takeRemaining } from "../take-remaining.ts";
import { priceLine } from "./line-amounts.ts";
import { headerFor } from "./sales-orders.ts";
import { unitFactor } from "./sales-line.ts";
import { totalsOf } from "./totals.ts";

/**
 * Posts each line's Qty. to Ship and Qty. to Invoice: a shipment, an invoice, item ledger entries.
 * An order that is then shipped and invoiced to the last piece is gone: only the posted documents
 * remember its number.
 */
export function shipAndInvoice(database: ErpDatabase, order: Row): void {
  const lines = order.lines ?? [];
  const shipping = lines.filter(({ fields }) => numberOf(fields, "shipQuantity") > 0);
  const invoicing = lines.filter(({ fields }) => numberOf(fields, "invoiceQuantity") > 0);
  if (shipping.length === 0 && invoicing.length === 0) {
    throw dialogError(
      "There is nothing to post because the document does not contain a quantity or amount.",
    );
  }
  const posted = lines.map(postLine);
  if (shipping.length > 0) insertShipment(database, order, shipping);
  if (invoicing.length > 0) insertInvoice(database, order, invoicing);
  const isDone = posted.every(
    ({ fields }) =>
      numberOf(fields, "shippedQuantity") >= numberOf(fields, "quantity") &&
      numberOf(fields, "invoicedQuantity") >= numberOf(fields, "quantity"),
  );
  const id = textOf(order.fields, "id");
  if (isDone) database.salesOrders.delete(id);
  else database.salesOrders.update(id, headerFor(order, posted), posted);
}

function postLine(line: Row): Row {
  const { fields } = line;
  const shipped = add(fields, "shippedQuantity", "shipQuantity");
  const invoiced = add(fields, "invoicedQuantity", "invoiceQuantity");
  if (invoiced > shipped) {
    throw dialogError(
      `You cannot invoice more than the ${String(shipped)} units that have been shipped.`,
    );
  }
  const quantity = new Decimal(numberOf(fields, "quantity"));
  return {
    version: line.version + 1,
    fields: {
      ...fields,
      shippedQuantity: shipped,
      invoicedQuantity: invoiced,
      shipQuantity: quantity.minus(shipped).toNumber(),
      invoiceQuantity: quantity.minus(invoiced).toNumber(),
    },
  };
}

function insertShipment(database: ErpDatabase, order: Row, shipping: readonly Row[]): void {
  const id = randomUUID();
  const number = database.nextNumber("salesShipment");
  const today = database.now().slice(0, 10);
  const lines = shipping.map(({ fields }): Row => {
    takeFromStock(database, order, fields, number);
    const line = { ...fields, documentNo: number, quantity: numberOf(fields, "shipQuantity") };
    return postedLine("salesShipmentLines", line, id);
  });
  const header = {
    ...order.fields,
    id,
    number,
    orderNumber: textOf(order.fields, "number"),
    customerPurchaseOrderReference: textOf(order.fields, "externalDocumentNumber"),
    invoiceDate: today,
    postingDate: today,
  };
  database.salesShipments.insert(fillFields(factsOf("salesShipments"), header), lines);
}

function insertInvoice(database: ErpDatabase, order: Row, invoicing: readonly Row[]): void {
  const id = randomUUID();
  const number = database.nextNumber("salesInvoice");
  const today = database.now().slice(0, 10);
  const lines = invoicing.map(({ fields }) =>
    postedLine(
      "salesInvoiceLines",
      priceLine({ ...fields, quantity: numberOf(fields, "invoiceQuantity") }),
      id,
    ),
  );
  const totals = totalsOf(lines);
  const header = {
    ...order.fields,
    ...totals,
    id,
    number,
    orderId: textOf(order.fields, "id"),
    orderNumber: textOf(order.fields, "number"),
    customerPurchaseOrderReference: textOf(order.fields, "externalDocumentNumber"),
    invoiceDate: today,
    postingDate: today,
    dueDate: dueDate(database, order.fields, today),
    remainingAmount: numberOf(totals, "totalAmountIncludingTax"),
    status: "Open",
  };
  database.salesInvoices.insert(fillFields(factsOf("salesInvoices"), header), lines);
  chargeCustomer(database, header);
}

function postedLine(setName: string, fields: Fields, documentId: string): Row {
  const line = { ...fields, id: randomUUID(), documentId };
  return { version: 1, fields: fillFields(factsOf(setName), line) };
}

/** Oldest entries first; what stock does not cover goes negative, as the ERP allows by default. */
function takeFromStock(database: ErpDatabase, order: Row, line: Fields, document: string): void {
  const sku = textOf(line, "lineObjectNumber");
  if (textOf(line, "lineType") !== "Item") return;
  const unit = textOf(line, "unitOfMeasureCode");
  const factor = unitFactor(database, sku, unit) ?? 1;
  const location = textOf(database.locations.get(textOf(line, "locationId"))?.fields ?? {}, "code");
  const quantity = new Decimal(numberOf(line, "shipQuantity")).times(factor).toNumber();

  const left = takeRemaining(database, { sku, location, lot: null, quantity });
  const entry = {
    Entry_No: Number(database.nextNumber("ledgerEntry")),
    Posting_Date: database.now().slice(0, 10),
    Entry_Type: "Sale",
    Document_Type: "Sales_x0020_Shipment",
    Document_No: document,
    Document_Line_No: numberOf(line, "sequence"),
    Item_No: sku,
    Description: textOf(line, "description"),
    Location_Code: location,
    Quantity: -quantity,
    Remaining_Quantity: -left,
    Qty_per_Unit_of_Measure: factor,
    Unit_of_Measure_Code: unit,
    Open: left > 0,
    Order_Type: "Sale",
    Order_No: textOf(order.fields, "number"),
    Order_Line_No: numberOf(line, "sequence"),
  };
  database.itemLedger.insert(fillFields(ITEM_LEDGER_FACTS, entry));
  const item = textOf(line, "itemId");
  database.items.recalculate(item, { inventory: inventoryOf(database, sku) });
}

function chargeCustomer(database: ErpDatabase, invoice: Fields): void {
  const customer = database.customers.get(textOf(invoice, "customerId"));
  if (customer === undefined) return;
  const balance = new Decimal(numberOf(customer.fields, "balanceDue"))
    .plus(numberOf(invoice, "totalAmountIncludingTax"))
    .toNumber();
  database.customers.recalculate(textOf(customer.fields, "id"), { balanceDue: balance });
}

function dueDate(database: ErpDatabase, order: Fields, today: string): string {
  const terms = database.paymentTerms.get(textOf(order, "paymentTermsId"));
  const days = Number.parseInt(textOf(terms?.fields ?? {}, "dueDateCalculation"), 10) || 0;
  return new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10);
}

function add(fields: Fields, done: string, next: string): number {
  return new Decimal(numberOf(fields, done)).plus(numberOf(fields, next)).toNumber();
}
