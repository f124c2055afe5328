import { randomUUID } from "node:crypto";
import type { ErpDatabase, NumberSeries } from "../data/database.ts";
import { fillFields, textOf, type Fields, type Row } from "../data/row.ts";
import { dialogError, invalidRelation } from "../odata/error.ts";
import { factsOf } from "../odata/facts.ts";
import { readInput } from "../odata/read-input.ts";
import { partyFields } from "./party.ts";
import { buildLine, type LineSet } from "./sales-line.ts";
import { totalsOf } from "./totals.ts";

type DocumentKind = {
  readonly setName: "salesOrders" | "salesCreditMemos";
  readonly lineSet: LineSet;
  readonly series: NumberSeries;
  /** The properties that are the document's own date. */
  readonly dateProperties: readonly string[];
  readonly status: string;
};

/**
 * Header and lines in one transaction: nothing is there when one line is refused. The number is
 * given here; the same body twice makes two documents, as the ERP knows no idempotency key.
 */
export function insertDocument(database: ErpDatabase, kind: DocumentKind, body: unknown): Row {
  const facts = factsOf(kind.setName);
  const { fields: input, nested } = readInput(facts, body, [kind.lineSet]);
  const customer = customerOf(database, input);
  const id = randomUUID();
  const lines: Row[] = [];
  for (const line of nested[kind.lineSet] ?? []) {
    lines.push(buildLine(database, kind.lineSet, id, lines, line));
  }
  const today = database.now().slice(0, 10);
  const dates = Object.fromEntries(kind.dateProperties.map((name) => [name, today]));
  const header: Fields = {
    ...partyFields(customer),
    ...dates,
    ...input,
    ...totalsOf(lines),
    id,
    customerId: textOf(customer, "id"),
    customerNumber: textOf(customer, "number"),
    number: database.nextNumber(kind.series),
    status: kind.status,
  };
  return database[kind.setName].insert(fillFields(facts, header), lines);
}

/** @throws {ODataError} 400: no customer, an unknown one, or one that is blocked */
function customerOf(database: ErpDatabase, input: Fields): Fields {
  const number = textOf(input, "customerNumber");
  const id = textOf(input, "customerId");
  if (number === "" && id === "") {
    throw dialogError("The sell-to customer must be given by Customer Id or Customer Number.");
  }
  const row = number === "" ? database.customers.get(id) : database.customers.find(number);
  if (row === undefined) {
    throw invalidRelation("Sell-to Customer No.", "Sales Header", number || id, "Customer");
  }
  const blocked = textOf(row.fields, "blocked");
  if (blocked !== "_x0020_") {
    throw dialogError(
      "You cannot create this type of document when Customer " +
        `${textOf(row.fields, "number")} is blocked with type ${blocked}.`,
    );
  }
  return row.fields;
}
