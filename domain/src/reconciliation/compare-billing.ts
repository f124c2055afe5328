import { addDecimals, compareDecimals, isZero, ZERO, type Decimal } from "../decimal.ts";
import type { OrderId, OrderNumber, Sku } from "../identifiers.ts";
import type { Invoice } from "../invoice.ts";
import type { Quantity } from "../quantity.ts";
import type { Shipment } from "../shipment.ts";
import { orderSubject } from "../subject.ts";
import type { Instant } from "../time.ts";
import type { Difference, MismatchRepair } from "./difference.ts";

/** One order, with all that left for it and all that was billed for it. */
export type ComparedBilling = {
  readonly orderId: OrderId;
  readonly orderNumber: OrderNumber;
  readonly shipments: readonly Shipment[];
  readonly invoices: readonly Invoice[];
  /** What has left later may still be billed in time. */
  readonly billedBy: Instant;
  /** The same goods in base units; `null` where nobody can tell. */
  readonly toBase: (sku: Sku, amount: Quantity) => Quantity | null;
  /** What would take the bill on by itself, when it is missing. */
  readonly repair: MismatchRepair | null;
};

/**
 * Goods that left and were not billed in time, that were billed and did not leave, or were billed twice. Drafts and voided
 * bills bill nothing. A line without an item, or in a unit that nobody can convert, is not judged.
 */
export function compareBilling(
  billing: ComparedBilling,
  sources: { readonly wms: string; readonly finance: string },
): Difference | null {
  const { orderId, orderNumber, billedBy, toBase } = billing;
  const live = billing.invoices.filter(({ status }) => status !== "VOID" && status !== "DRAFT");
  const left = billing.shipments.filter(
    ({ shippedAt, status }) => shippedAt !== null && status !== "CANCELLED",
  );
  const shipped = shippedOf(left, orderNumber);
  const due = shippedOf(
    left.filter(({ shippedAt }) => shippedAt !== null && shippedAt < billedBy),
    orderNumber,
  );
  const billed = billedOf(live, toBase);
  if (billed === null) return null;
  const common = {
    key: orderNumber,
    about: orderSubject(orderId),
    part: null,
    leftSource: sources.wms,
    rightSource: sources.finance,
    proposal: null,
  } as const;
  const excess = [...billed].find(([sku, pieces]) => isMore(pieces, shipped.get(sku)));
  if (excess !== undefined) {
    const [sku, pieces] = excess;
    const twin = twinOf(live);
    const numbers = live.map(({ number, id }) => number ?? id).join(", ");
    return {
      ...common,
      kind: twin !== null ? "DUPLICATE" : left.length === 0 ? "EXTRA" : "WRONG_QUANTITY",
      code: twin !== null ? "INVOICED_TWICE" : "INVOICED_NOT_SHIPPED",
      field: sku,
      left: shipped.get(sku) ?? ZERO,
      right: pieces,
      summary:
        twin !== null
          ? `Order ${orderNumber} was billed twice for the same goods: ${twin}.`
          : `Of ${sku}, order ${orderNumber} was billed ${pieces} (${numbers}), and ${shipped.get(sku) ?? ZERO} have left.`,
      repair: null,
    };
  }
  const lacking = [...due].find(([sku, pieces]) => isMore(pieces, billed.get(sku)));
  if (lacking === undefined) return null;
  const [sku, pieces] = lacking;
  return {
    ...common,
    kind: live.length === 0 ? "MISSING" : "WRONG_QUANTITY",
    code: "SHIPPED_NOT_INVOICED",
    field: sku,
    left: pieces,
    right: billed.get(sku) ?? ZERO,
    summary: `Of ${sku}, ${pieces} have left for order ${orderNumber}, and ${billed.get(sku) ?? ZERO} were billed.`,
    repair: billing.repair,
  };
}

type Pieces = ReadonlyMap<Sku, Decimal>;

function shippedOf(shipments: readonly Shipment[], orderNumber: OrderNumber): Pieces {
  const pieces = new Map<Sku, Decimal>();
  for (const line of shipments.flatMap(({ lines }) => lines)) {
    if (line.orderNumber !== orderNumber) continue;
    pieces.set(line.sku, addDecimals(pieces.get(line.sku) ?? ZERO, line.quantity.value));
  }
  return pieces;
}

/** @returns `null` where a line does not tell its goods */
function billedOf(invoices: readonly Invoice[], toBase: ComparedBilling["toBase"]): Pieces | null {
  const pieces = new Map<Sku, Decimal>();
  for (const { sku, quantity } of invoices.flatMap(({ lines }) => lines)) {
    const base = sku === null ? null : toBase(sku, quantity);
    if (sku === null || base === null) return null;
    pieces.set(sku, addDecimals(pieces.get(sku) ?? ZERO, base.value));
  }
  return pieces;
}

function isMore(pieces: Decimal, than: Decimal | undefined): boolean {
  return !isZero(pieces) && compareDecimals(pieces, than ?? ZERO) > 0;
}

/** Two bills of the same goods. @returns their numbers */
function twinOf(invoices: readonly Invoice[]): string | null {
  const seen = new Map<string, Invoice>();
  for (const invoice of invoices) {
    const goods = invoice.lines
      .map(({ sku, quantity }) => `${String(sku)} ${quantity.value} ${quantity.uom}`)
      .sort()
      .join("; ");
    const other = seen.get(goods);
    if (other !== undefined)
      return `${other.number ?? other.id} and ${invoice.number ?? invoice.id}`;
    seen.set(goods, invoice);
  }
  return null;
}
