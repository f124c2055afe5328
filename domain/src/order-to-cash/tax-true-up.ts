import { PLAIN_TERMS, type BillTax, type CalculatedTax, type OrderInvoice } from "../bill.ts";
import { compareDecimals, subtractDecimals, ZERO, type Decimal } from "../decimal.ts";
import type { InvoiceNumber } from "../identifiers.ts";
import { subtractMoney, type Money } from "../money.ts";
import type { OrderState } from "../order-state.ts";
import type { Instant } from "../time.ts";
import type { OrderToCashCommand, OrderToCashResult } from "./events.ts";
import { moved, unchanged } from "./result.ts";
import { holdOwner, withoutHold } from "./timeline.ts";

/**
 * What is next for a bill that went out with an estimated tax: the tax source is asked what is due, and finance is asked to credit
 * or to bill what the estimate was wrong by, each once. Nothing for every other bill.
 */
export function goOnTruingUp(
  { billing = PLAIN_TERMS }: Pick<OrderState, "billing">,
  bill: OrderInvoice,
  at: Instant,
): { readonly bill: OrderInvoice; readonly commands: readonly OrderToCashCommand[] } {
  const { tax, shipmentId, number, requestedAt } = bill;
  const nothing = { bill, commands: [] };
  if (tax?.known?.isEstimate !== true || shipmentId === null || requestedAt === null)
    return nothing;
  const about = { shipmentId, number };
  const { trueUp } = tax;
  if (trueUp === undefined) {
    return {
      bill: { ...bill, tax: { ...tax, trueUp: { askedAt: at, due: null } } },
      commands: [{ kind: "trueUpTax", step: `true-up-tax-${shipmentId}`, ...about }],
    };
  }
  const difference = differenceOf(tax);
  const isPosted = bill.id !== null && bill.status !== "VOID" && bill.status !== "DRAFT";
  if (difference === null || !isPosted || trueUp.settlement !== undefined) return nothing;
  if (isWithin(difference, billing.taxTolerance ?? ZERO)) return nothing;
  const settlement = { difference, askedAt: at, documentNumber: null };
  return {
    bill: { ...bill, tax: { ...tax, trueUp: { ...trueUp, settlement } } },
    commands: [{ kind: "settleTax", step: `settle-tax-${shipmentId}`, ...about }],
  };
}

/** What is due less what was billed; `null` until that is known. */
export function differenceOf({ known, trueUp }: BillTax): Money | null {
  const due = trueUp?.due ?? null;
  return known === null || due === null ? null : subtractMoney(due.total, known.total);
}

/** The tax source has recorded what is due on a bill that went out with an estimate; told again, the first answer stays. */
export function onTruedUp(
  state: OrderState,
  { number, tax: due }: { readonly number: InvoiceNumber; readonly tax: CalculatedTax },
): OrderToCashResult {
  return withTrueUp(state, number, "trueUpTax", (trueUp) =>
    trueUp.due === null ? { ...trueUp, due } : trueUp,
  );
}

/** Finance has credited or billed the difference. */
export function onTaxSettled(
  state: OrderState,
  event: { readonly number: InvoiceNumber; readonly documentNumber: string },
): OrderToCashResult {
  const { number, documentNumber } = event;
  return withTrueUp(state, number, "settleTax", (trueUp) => {
    const { settlement } = trueUp;
    if (settlement?.documentNumber !== null) return trueUp;
    return { ...trueUp, settlement: { ...settlement, documentNumber } };
  });
}

function withTrueUp(
  state: OrderState,
  number: InvoiceNumber,
  step: "trueUpTax" | "settleTax",
  change: (trueUp: NonNullable<BillTax["trueUp"]>) => NonNullable<BillTax["trueUp"]>,
): OrderToCashResult {
  const bill = state.invoices.find((invoice) => invoice.number === number);
  const trueUp = bill?.tax?.trueUp;
  if (bill?.tax == null || trueUp === undefined) return unchanged(state);
  const changed = change(trueUp);
  if (changed === trueUp) return unchanged(state);
  const after = { ...bill, tax: { ...bill.tax, trueUp: changed } };
  const invoices = state.invoices.map((other) => (other === bill ? after : other));
  const holds = withoutHold(state.holds, holdOwner(step, null, number));
  return moved(state, { ...state, invoices, holds });
}

function isWithin({ amount }: Money, tolerance: Decimal): boolean {
  const distance = amount.startsWith("-") ? subtractDecimals(ZERO, amount) : amount;
  return compareDecimals(distance, tolerance) <= 0;
}
