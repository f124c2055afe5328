import type { Subject } from "../subject.ts";

/** What is compared with what, in one run. */
export const RECONCILIATION_SCOPES = [
  "INVENTORY",
  "SHIPPED_NOT_INVOICED",
  "INVOICE_TOTALS",
  "ORDER_STATUS",
] as const;
/**
 * - `INVENTORY` the ERP's books, the warehouse's shelves and our stock book
 * - `SHIPPED_NOT_INVOICED` what has left the warehouses and what finance has billed
 * - `INVOICE_TOTALS` finance's bills and what was agreed and shipped, line by line
 * - `ORDER_STATUS` how far an order is in the ERP, in the warehouse and here
 */
export type ReconciliationScope = (typeof RECONCILIATION_SCOPES)[number];

/** `MISSING` and `EXTRA` are told of the right side: it lacks, or has, what the left side has, or lacks. */
export const MISMATCH_KINDS = [
  "MISSING",
  "EXTRA",
  "DUPLICATE",
  "WRONG_QUANTITY",
  "WRONG_PRICE",
  "WRONG_TAX",
  "WRONG_TOTAL",
  "WRONG_STATUS",
] as const;
export type MismatchKind = (typeof MISMATCH_KINDS)[number];

/** Why a person has to look; also the code of its exception. */
export const MISMATCH_CODES = [
  "STOCK_MISMATCH",
  "STOCK_BOOK_STALE",
  "SHIPPED_NOT_INVOICED",
  "INVOICED_NOT_SHIPPED",
  "INVOICED_TWICE",
  "INVOICE_TOTAL_MISMATCH",
  "INVOICE_BOOK_STALE",
  "ORDER_STATUS_MISMATCH",
  "ORDER_BOOK_STALE",
] as const;
export type MismatchCode = (typeof MISMATCH_CODES)[number];

/**
 * What can be done about it without a person: nothing is written to a source.
 * - `readStock`, `readOrder`, `readShipment`, `readInvoice` our book is behind: the source's record is read into it again
 * - `tellOrder` the shipment is known and its order was never told: it is told now, and asks for the bill by itself
 */
export type MismatchRepair = {
  readonly kind: "readStock" | "readOrder" | "readShipment" | "readInvoice" | "tellOrder";
  /** The record, as its feed names it. */
  readonly sourceId: string;
};

/** Two systems that do not say the same of one thing. */
export type Difference = {
  /** Names it within its scope, the same in every run: `NG-10001@EAST`, an order's number, an invoice's id. */
  readonly key: string;
  readonly kind: MismatchKind;
  readonly code: MismatchCode;
  readonly about: Subject;
  /** Of what it is about, where that may differ in several: a warehouse; `null` where it cannot. */
  readonly part: string | null;
  /** What is not the same: `onHand`, `status`, `line NG-10001 quantity`. */
  readonly field: string;
  readonly left: string;
  /** A source's name, or `crossdock`. */
  readonly leftSource: string;
  readonly right: string;
  readonly rightSource: string;
  /** In plain words, for a person. */
  readonly summary: string;
  /** `null` where none is safe. */
  readonly repair: MismatchRepair | null;
  /** A count that a person may enter into the books; `null` where no count is the answer. */
  readonly proposal: CountProposal | null;
};

/** As `adjustInventory` takes it. */
export type CountProposal = {
  readonly sku: string;
  readonly warehouse: string;
  readonly countedQuantity: string;
};

/** Us, as the side of a difference. */
export const OUR_BOOKS = "crossdock";

/** What two looks have to agree on before a difference is one. */
export function isSameDifference(one: Difference, other: Difference): boolean {
  return (
    one.key === other.key &&
    one.code === other.code &&
    one.field === other.field &&
    one.left === other.left &&
    one.right === other.right
  );
}
