import {
  discrepanciesOf,
  receiptSubject,
  type Instant,
  type Receipt,
  type ReceiptDiscrepancy,
} from "@crossdock/domain";
import type { NewEvent } from "@crossdock/events";
import type { LedgerTransaction } from "@crossdock/ledger";
import { exceptionRaisedOf } from "./exception-writer.ts";
import { openFinding } from "./finding.ts";
import { saveReceipts } from "./receipt-book-postgres.ts";

export const RECEIPT_DISCREPANCY = "RECEIPT_DISCREPANCY";

/**
 * Takes what a warehouse says of receipts into the book, and puts before a person what did not come as it was announced:
 * once, when the warehouse is done with it.
 * @param seen at most 1,000, distinct
 * @param options.history they are from before we listened: their differences are no news
 * @returns what to append in the same transaction
 */
export async function tellReceipts(
  trx: LedgerTransaction,
  seen: readonly Receipt[],
  options: { readonly at: Instant; readonly correlationId: string; readonly history?: boolean },
): Promise<readonly NewEvent[]> {
  const { at, correlationId, history = false } = options;
  const changes = await saveReceipts(trx, seen, at);
  if (history) return [];
  const events: NewEvent[] = [];
  for (const { before, after } of changes) {
    if (before?.status === after.status) continue;
    const discrepancies = discrepanciesOf(after);
    if (discrepancies.length === 0) continue;
    const finding = findingOf(after, discrepancies);
    const exception = await openFinding(trx, finding, { at, correlationId });
    if (exception !== null) events.push(exceptionRaisedOf(exception));
  }
  return events;
}

function findingOf(receipt: Receipt, discrepancies: readonly ReceiptDiscrepancy[]) {
  const { id, warehouse, purchaseOrder } = receipt;
  const named = purchaseOrder === null ? "" : ` of purchase order ${purchaseOrder}`;
  return {
    subject: receiptSubject(id),
    name: `receipt-${id}`,
    class: "BUSINESS_RULE",
    code: RECEIPT_DISCREPANCY,
    owner: "warehouse",
    action: {
      code: "CLEAR_WITH_SUPPLIER",
      text:
        "Have the goods counted again if there is doubt, claim the difference from the supplier, and post the purchase " +
        "receipt in the ERP with what came; then resolve as CORRECTED.",
    },
    summary: `Receipt ${id}${named} in ${warehouse}: ${discrepancies.map(sentenceOf).join("; ")}.`,
    payload: {
      receiptId: id,
      warehouse,
      purchaseOrder,
      discrepancies: discrepancies.map(({ sku, difference, expected, actual }) => ({
        sku,
        difference,
        expected: expected.value,
        actual: actual.value,
        uom: expected.uom,
      })),
    },
  } as const;
}

function sentenceOf({ sku, difference, expected, actual }: ReceiptDiscrepancy): string {
  const [one, other] = [`${expected.value} ${expected.uom}`, `${actual.value} ${actual.uom}`];
  return difference === "DAMAGED"
    ? `of ${sku} ${one} came and ${other} went onto the shelf`
    : `of ${sku} ${one} were announced and ${other} came`;
}
