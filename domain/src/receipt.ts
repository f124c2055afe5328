import type { OrderKey, ReceiptId, Sku, WarehouseCode } from "./identifiers.ts";
import { isPositive } from "./decimal.ts";
import { compareQuantities, subtractQuantities, type Quantity } from "./quantity.ts";
import type { Instant, LocalDate } from "./time.ts";

export const RECEIPT_STATUSES = ["ANNOUNCED", "ARRIVED", "RECEIVED", "CANCELLED"] as const;
/**
 * - `ANNOUNCED` the warehouse expects it; nothing has come
 * - `ARRIVED` some of it stands at the dock, or is on the shelf already
 * - `RECEIVED` the warehouse is done with it: what has not come is not expected any more
 * - `CANCELLED` taken back before anything came
 */
export type ReceiptStatus = (typeof RECEIPT_STATUSES)[number];

/** Goods that a supplier sends to a warehouse, as the warehouse is told of them. */
export type ReceiptDraft = {
  /** Ours, random; the warehouse's document is found again by it. */
  readonly key: OrderKey;
  readonly warehouse: WarehouseCode;
  /** Our purchase order with the supplier, as its papers name it. */
  readonly purchaseOrder: string | null;
  /** Local to the warehouse. */
  readonly expectedOn: LocalDate;
  readonly lines: readonly ReceiptDraftLine[];
};

export type ReceiptDraftLine = {
  readonly sku: Sku;
  /** More than zero, in the product's base unit. */
  readonly quantity: Quantity;
  /** For a product that is kept by lot. */
  readonly lot: { readonly number: string; readonly expiresOn: LocalDate | null } | null;
};

/** Goods on their way into a warehouse, and what has become of them, as the warehouse tells it. */
export type Receipt = {
  readonly id: ReceiptId;
  readonly warehouse: WarehouseCode;
  /** `null` for one that was announced without. */
  readonly purchaseOrder: string | null;
  /** Ours; `null` when it was announced to the warehouse by somebody else. */
  readonly key: OrderKey | null;
  readonly status: ReceiptStatus;
  /** Local to the warehouse; `null` when the warehouse was told no date. */
  readonly expectedOn: LocalDate | null;
  /** One for each product. */
  readonly lines: readonly ReceiptLine[];
  /** When the warehouse last changed it. */
  readonly modifiedAt: Instant;
};

/** Quantities are in the product's base unit. */
export type ReceiptLine = {
  readonly sku: Sku;
  readonly expected: Quantity;
  /** Came through the door, in whatever state. */
  readonly received: Quantity;
  /** Of that, on the shelf: only these can be promised. */
  readonly stowed: Quantity;
};

/** Goods that are still to come, for who promises a date. */
export type InboundReceipt = {
  readonly receiptId: ReceiptId;
  readonly sku: Sku;
  readonly warehouse: WarehouseCode;
  /** More than zero, in the product's base unit. */
  readonly quantity: Quantity;
  /** `null` when nobody has said. */
  readonly expectedOn: LocalDate | null;
};

export const RECEIPT_DIFFERENCES = ["SHORT", "OVER", "DAMAGED"] as const;
/**
 * - `SHORT` less came than was announced
 * - `OVER` more came
 * - `DAMAGED` it came, and did not go onto the shelf
 */
export type ReceiptDifference = (typeof RECEIPT_DIFFERENCES)[number];

/** Where a receipt is not what was announced; of one product there may be two. */
export type ReceiptDiscrepancy = {
  readonly sku: Sku;
  readonly difference: ReceiptDifference;
  /** What should have been: announced for SHORT and OVER, received for DAMAGED. */
  readonly expected: Quantity;
  /** What there is: received for SHORT and OVER, stowed for DAMAGED. */
  readonly actual: Quantity;
};

export const isOpenReceipt = ({ status }: Pick<Receipt, "status">): boolean =>
  status === "ANNOUNCED" || status === "ARRIVED";

/** Nothing of it has come, and the warehouse still waits for it. */
export const isCancellableReceipt = ({ status }: Pick<Receipt, "status">): boolean =>
  status === "ANNOUNCED";

/**
 * In what a receipt differs from its announcement.
 * @returns empty while the warehouse is not done with it, and when all came as announced
 */
export function discrepanciesOf({
  status,
  lines,
}: Pick<Receipt, "status" | "lines">): readonly ReceiptDiscrepancy[] {
  if (status !== "RECEIVED") return [];
  return lines.flatMap(({ sku, expected, received, stowed }) => {
    const found: ReceiptDiscrepancy[] = [];
    const more = compareQuantities(received, expected);
    if (more !== 0) {
      const difference = more > 0 ? "OVER" : "SHORT";
      found.push({ sku, difference, expected, actual: received });
    }
    if (compareQuantities(stowed, received) < 0) {
      found.push({ sku, difference: "DAMAGED", expected: received, actual: stowed });
    }
    return found;
  });
}

/** What of a receipt is still to come: empty once the warehouse is done with it. */
export function inboundOf(receipt: Receipt): readonly InboundReceipt[] {
  if (!isOpenReceipt(receipt)) return [];
  const { id: receiptId, warehouse, expectedOn } = receipt;
  return receipt.lines.flatMap(({ sku, expected, stowed }) => {
    const quantity = subtractQuantities(expected, stowed);
    return isPositive(quantity.value) ? [{ receiptId, sku, warehouse, quantity, expectedOn }] : [];
  });
}

/**
 * What is known of a receipt after another look: looks may come late. One that is done with stays so, whatever an older
 * look says.
 */
export function mergeReceipt(known: Receipt | null, seen: Receipt): Receipt {
  if (known === null || seen.modifiedAt > known.modifiedAt) return seen;
  if (seen.modifiedAt < known.modifiedAt) return known;
  return isOpenReceipt(known) || !isOpenReceipt(seen) ? seen : known;
}

/** Whether two looks have told the same, whenever that was. */
export function isSameReceipt(left: Receipt, right: Receipt): boolean {
  return canonical(left) === canonical(right);
}

function canonical(receipt: Receipt): string {
  const lines = [...receipt.lines]
    .sort((left, right) => (left.sku < right.sku ? -1 : 1))
    .map(({ sku, expected, received, stowed }) => [
      sku,
      expected.value,
      received.value,
      stowed.value,
      expected.uom,
    ]);
  const { id, warehouse, purchaseOrder, key, status, expectedOn } = receipt;
  return JSON.stringify([id, warehouse, purchaseOrder, key, status, expectedOn, lines]);
}
