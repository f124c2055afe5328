import type { OrderInvoice } from "./bill.ts";
import { isZero, subtractDecimals, ZERO, type Decimal } from "./decimal.ts";
import type { InvoiceNumber, OrderNumber, ShipmentId } from "./identifiers.ts";
import type { InvoiceDraft, InvoiceDraftLine } from "./invoice.ts";
import { addMoney, extendPrice, zeroMoney, type Money } from "./money.ts";
import type { OrderDraftLine } from "./order.ts";
import type { OrderState } from "./order-state.ts";
import { countInOrderedUnit, inOrderedUnit } from "./ordered-unit.ts";
import { addQuantities, type Quantity } from "./quantity.ts";
import { isWhole, multiplyRatios, ratioOf, roundRatio } from "./ratio.ts";
import { addDays, type LocalDate } from "./time.ts";

/** Payment term of an account for which finance has none of its own. */
export const DEFAULT_PAYMENT_DAYS = 30;

const UNIT_PRICE_PLACES = 4;
const ONE = "1" as Decimal;

/** The bills of an order are numbered after it: `SO-0010045-1`, `SO-0010045-2` … */
export function invoiceNumberOf(order: OrderNumber, serial: number): InvoiceNumber {
  return `${order}-${String(serial)}` as InvoiceNumber;
}

/**
 * The bill for one shipment: what was shipped, at the prices that the order confirmed.
 * @returns `null` when the order has no such shipment, or none of its lines
 */
export function invoiceDraftOf(
  state: OrderState,
  shipmentId: ShipmentId,
  number: InvoiceNumber,
  issuedOn: LocalDate,
): InvoiceDraft | null {
  const shipment = state.shipments.find(({ id }) => id === shipmentId);
  if (shipment === undefined || state.number === null) return null;
  const bill = state.invoices.find((invoice) => invoice.number === number) ?? null;
  // Without lines: a person has seen to the tax, and finance's own rules are left to it.
  const tax = bill?.tax?.known?.lines.length ? bill.tax.known : null;
  const lines = state.draft.lines.flatMap((line) => {
    const shipped = shipment.lines.filter(({ lineNumber }) => lineNumber === line.lineNumber);
    const [first, ...rest] = shipped.map(({ quantity }) => quantity);
    // One line of the bill, however many lots its goods are of: prices are of whole boxes.
    if (first === undefined) return [];
    const billed = billLine(line, addQuantities(first, ...rest));
    const taxed = tax?.lines.find(({ lineNumber }) => lineNumber === line.lineNumber);
    return [taxed === undefined ? billed : { ...billed, tax: taxed.tax }];
  });
  if (lines.length === 0) return null;
  const freight = bill === null ? null : billedFreightOf(bill);
  return {
    number,
    customerNumber: state.draft.customerNumber,
    orderNumber: state.number,
    currency: state.draft.currency,
    issuedOn,
    dueOn: addDays(issuedOn, DEFAULT_PAYMENT_DAYS),
    lines,
    ...(freight === null ? {} : { freight: { amount: freight, tax: tax?.freightTax ?? null } }),
  };
}

/**
 * What the customer is charged for the way: what the carrier charges, unless a person has decided that it stays with
 * what was quoted. @returns `null` where nothing is, or nobody knows yet
 */
export function billedFreightOf({ freight, decisions }: OrderInvoice): Money | null {
  const known = freight?.known ?? null;
  if (known === null) return null;
  const isAsQuoted = decisions.some(
    ({ code, resolution }) => code === "FREIGHT_VARIANCE" && resolution === "IGNORED",
  );
  const amount = isAsQuoted ? (known.quoted ?? known.charged) : known.charged;
  return isZero(amount.amount) ? null : amount;
}

/** What of an order is not on a posted bill yet, at the prices that it confirmed. */
export function unbilledTotalOf({ draft, lines }: OrderState): Money {
  return draft.lines.reduce((total, { ordered, unitPrice }, at) => {
    const invoiced = lines[at]?.invoiced.value ?? ZERO;
    return addMoney(total, extendPrice(unitPrice, subtractDecimals(ordered.value, invoiced)));
  }, zeroMoney(draft.currency));
}

/** In the unit that was ordered; in base units when a part of a box was shipped. */
function billLine(line: OrderDraftLine, shippedBase: Quantity): InvoiceDraftLine {
  const { ordered, orderedBase, unitPrice } = line;
  const common = { orderLineNumber: line.lineNumber, sku: line.sku, description: line.description };
  const count = countInOrderedUnit(line, shippedBase.value);
  if (isWhole(count) || ordered.uom === orderedBase.uom) {
    return { ...common, quantity: inOrderedUnit(line, shippedBase.value), unitPrice };
  }
  const perPiece = multiplyRatios(ratioOf(unitPrice.amount), countInOrderedUnit(line, ONE));
  const amount = roundRatio(perPiece, UNIT_PRICE_PLACES);
  return { ...common, quantity: shippedBase, unitPrice: { ...unitPrice, amount } };
}
