import type { ErpDatabase } from "./data/database.ts";
import { textOf, type Row } from "./data/row.ts";
import { badRequest } from "./odata/error.ts";
import { factsOf } from "./odata/facts.ts";
import { readInput } from "./odata/read-input.ts";
import { createCreditMemo, deleteCreditMemo, postCreditMemo } from "./sales/credit-memos.ts";
import { shipAndInvoice } from "./sales/post-order.ts";
import {
  addOrderLine,
  changeOrder,
  changeOrderLine,
  createOrder,
  deleteOrder,
  deleteOrderLine,
} from "./sales/sales-orders.ts";

/** What a client may do to the records of a set; what is missing is refused with 405. */
export type Writer = {
  /** @param parent the document below which a line is posted; `null` at the set itself */
  readonly create?: (body: unknown, parent: Row | null) => Row;
  readonly update?: (row: Row, body: unknown) => Row;
  readonly delete?: (row: Row) => void;
  /** Bound actions, without their namespace. */
  readonly actions?: Readonly<Record<string, (row: Row) => void>>;
};
export type Writers = Readonly<Record<string, Writer>>;

export function createWriters(database: ErpDatabase): Writers {
  const orderOf = (line: Row): Row => {
    const order = database.salesOrders.get(textOf(line.fields, "documentId"));
    if (order === undefined) throw new Error("A line without its order.");
    return order;
  };
  return {
    customers: { update: (row, body) => changeMaster(database, "customers", row, body) },
    items: {
      update: (row, body) => changeMaster(database, "items", row, body),
      delete: (row) => database.items.delete(textOf(row.fields, "id")),
    },
    salesOrders: {
      create: (body) => createOrder(database, body),
      update: (row, body) => changeOrder(database, row, body),
      delete: (row) => deleteOrder(database, row),
      actions: { shipAndInvoice: (row) => shipAndInvoice(database, row) },
    },
    salesOrderLines: {
      create: (body, parent) => addOrderLine(database, parent ?? parentOf(database, body), body),
      update: (row, body) => changeOrderLine(database, orderOf(row), row, body),
      delete: (row) => deleteOrderLine(database, orderOf(row), row),
    },
    salesCreditMemos: {
      create: (body) => createCreditMemo(database, body),
      delete: (row) => deleteCreditMemo(database, row),
      actions: { post: (row) => postCreditMemo(database, row) },
    },
  };
}

function changeMaster(
  database: ErpDatabase,
  name: "customers" | "items",
  row: Row,
  body: unknown,
): Row {
  const { fields } = readInput(factsOf(name), body, []);
  if ("number" in fields) throw badRequest("Control 'number' is read-only.");
  return database[name].update(textOf(row.fields, "id"), { ...row.fields, ...fields });
}

function parentOf(database: ErpDatabase, body: unknown): Row {
  const { fields } = readInput(factsOf("salesOrderLines"), body, []);
  const order = database.salesOrders.get(textOf(fields, "documentId"));
  if (order === undefined) throw badRequest("Document ID must be specified to create a line.");
  return order;
}
