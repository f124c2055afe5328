import type { ErpDatabase } from "../data/database.ts";
import { textOf, type Row } from "../data/row.ts";
import { dialogError } from "../odata/error.ts";
import { insertDocument } from "./sales-header.ts";

/** A draft; `Microsoft.NAV.post` makes it a posted one under the same id. */
export function createCreditMemo(database: ErpDatabase, body: unknown): Row {
  return insertDocument(
    database,
    {
      setName: "salesCreditMemos",
      lineSet: "salesCreditMemoLines",
      series: "salesCreditMemo",
      dateProperties: ["creditMemoDate", "postingDate"],
      status: "Draft",
    },
    body,
  );
}

export function postCreditMemo(database: ErpDatabase, memo: Row): void {
  if (textOf(memo.fields, "status") !== "Draft") {
    throw dialogError("The credit memo has already been posted.");
  }
  database.salesCreditMemos.update(textOf(memo.fields, "id"), { ...memo.fields, status: "Open" });
}

export function deleteCreditMemo(database: ErpDatabase, memo: Row): void {
  if (textOf(memo.fields, "status") !== "Draft") {
    throw dialogError("You cannot delete a posted credit memo.");
  }
  database.salesCreditMemos.delete(textOf(memo.fields, "id"));
}
