import type { CreditedQuantity } from "../credit-memo.ts";
import {
  addDecimals,
  compareDecimals,
  isPositive,
  roundDecimal,
  subtractDecimals,
  type Decimal,
} from "../decimal.ts";
import type { OrderNumber, Sku } from "../identifiers.ts";
import type { Invoice, InvoiceLine } from "../invoice.ts";
import type { OrderDraft } from "../order.ts";
import { inOrderedUnit } from "../ordered-unit.ts";
import type { CountedGoods } from "./parcel.ts";

/** What finance keeps of a quantity. */
const FINE_PLACES = 4;

/**
 * Which lines of the invoice are to be credited for goods that were accepted, in the unit that they were billed in. A
 * part of a box is cut after four places: never more is credited than came back.
 * @returns `null` when a line of them is not on the invoice
 */
export function creditLinesOf(
  accepted: readonly CountedGoods[],
  invoice: Pick<Invoice, "lines">,
  order: { readonly number: OrderNumber; readonly draft: Pick<OrderDraft, "lines"> },
): readonly CreditedQuantity[] | null {
  const byLine = new Map<number, { sku: Sku; pieces: Decimal; uom: string }>();
  for (const { lineNumber, sku, quantity } of accepted) {
    const before = byLine.get(lineNumber)?.pieces;
    const pieces = before === undefined ? quantity.value : addDecimals(before, quantity.value);
    byLine.set(lineNumber, { sku, pieces, uom: quantity.uom });
  }
  const credited: CreditedQuantity[] = [];
  for (const [lineNumber, { sku, pieces, uom }] of byLine) {
    const billed = billedLine(invoice.lines, order.number, lineNumber, sku);
    const ordered = order.draft.lines.find((line) => line.lineNumber === lineNumber);
    if (billed === null || ordered === undefined) return null;
    const isInPieces = billed.quantity.uom === uom || billed.quantity.uom !== ordered.ordered.uom;
    const quantity = isInPieces ? pieces : cut(inOrderedUnit(ordered, pieces).value);
    if (isPositive(quantity)) credited.push({ lineNumber: billed.lineNumber, quantity });
  }
  return credited;
}

/** By the line of the order, where finance still knows it; else by the item, if only one line is of it. */
function billedLine(
  lines: readonly InvoiceLine[],
  orderNumber: OrderNumber,
  lineNumber: number,
  sku: Sku,
): InvoiceLine | null {
  const named = lines.find(
    ({ orderLine }) =>
      orderLine?.orderNumber === orderNumber && orderLine.lineNumber === lineNumber,
  );
  if (named !== undefined) return named;
  const ofItem = lines.filter((line) => line.orderLine === null && line.sku === sku);
  return ofItem.length === 1 ? (ofItem[0] ?? null) : null;
}

function cut(value: Decimal): Decimal {
  const rounded = roundDecimal(value, FINE_PLACES);
  const last = "0.0001" as Decimal;
  const fitting = compareDecimals(rounded, value) > 0 ? subtractDecimals(rounded, last) : rounded;
  return addDecimals(fitting);
}
