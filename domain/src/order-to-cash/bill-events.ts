import { compareDecimals } from "../decimal.ts";
import type { BillDecision, CalculatedTax, OrderInvoice } from "../bill.ts";
import type { InvoiceNumber } from "../identifiers.ts";
import { zeroMoney, type Money } from "../money.ts";
import type { ErpPrice, OrderState } from "../order-state.ts";
import { withBill } from "./billing.ts";
import type { BillStep, OrderToCashResult, Stamp } from "./events.ts";
import { moved, unchanged } from "./result.ts";
import { holdOwner, withoutHold } from "./timeline.ts";

/** The carrier has told what the way costs; told again, the first answer stays: the bill may be made of it. */
export function onFreight(
  state: OrderState,
  {
    number,
    quoted,
    charged,
  }: { readonly number: InvoiceNumber; readonly quoted: Money | null; readonly charged: Money },
): OrderToCashResult {
  const bill = waitingBill(state, number);
  if (bill?.freight == null || bill.freight.known !== null) return unchanged(state);
  const freight = { ...bill.freight, known: { quoted, charged } };
  return moved(state, without(withBill(state, { ...bill, freight }), "readFreight", number));
}

/** The tax source has recorded the bill; told again, the first answer stays. */
export function onTax(
  state: OrderState,
  { number, tax: known }: { readonly number: InvoiceNumber; readonly tax: CalculatedTax },
): OrderToCashResult {
  const bill = waitingBill(state, number);
  if (bill?.tax == null || bill.tax.known !== null) return unchanged(state);
  const tax = { ...bill.tax, known };
  return moved(state, without(withBill(state, { ...bill, tax }), "calculateTax", number));
}

/** What the ERP has otherwise than the order is kept, line by line; mostly that is nothing. */
export function onPriced(state: OrderState, prices: readonly ErpPrice[]): OrderToCashResult {
  const others = prices.filter(({ lineNumber, unitPrice }) => {
    const ours = state.draft.lines.find((line) => line.lineNumber === lineNumber)?.unitPrice;
    return (
      ours !== undefined &&
      (ours.currency !== unitPrice.currency || compareDecimals(ours.amount, unitPrice.amount) !== 0)
    );
  });
  const isSame =
    others.length === (state.erpPrices ?? []).length &&
    others.every(({ lineNumber, unitPrice }, at) => {
      const known = state.erpPrices?.[at];
      return (
        known?.lineNumber === lineNumber &&
        compareDecimals(known.unitPrice.amount, unitPrice.amount) === 0
      );
    });
  return isSame ? unchanged(state) : moved(state, { ...state, erpPrices: others });
}

/** A person has decided about what was wrong with a bill; the first word on it stands. */
export function onDecided(
  state: OrderState,
  number: InvoiceNumber,
  decision: Omit<BillDecision, "at">,
  { at }: Stamp,
): OrderToCashResult {
  const bill = waitingBill(state, number);
  const isOpen = bill?.conditions.some(({ exception }) => exception === decision.code) ?? false;
  if (bill === null || !isOpen) return unchanged(state);
  const decisions = [...bill.decisions, { ...decision, at }];
  return moved(state, withBill(state, { ...bill, decisions }));
}

/** A person has seen to a step of billing by hand: freight and tax are then no business of this bill. */
export function withDoneByHand(
  state: OrderState,
  step: BillStep,
  number: InvoiceNumber | undefined,
): OrderState {
  const bill = number === undefined ? null : waitingBill(state, number);
  if (bill === null) return state;
  const nothing = zeroMoney(state.draft.currency);
  if (step === "readFreight" && bill.freight?.known === null) {
    const known = { quoted: null, charged: nothing };
    return withBill(state, { ...bill, freight: { ...bill.freight, known } });
  }
  if (step === "calculateTax" && bill.tax?.known === null) {
    const known = { lines: [], freightTax: nothing, total: nothing };
    return withBill(state, { ...bill, tax: { ...bill.tax, known } });
  }
  return state;
}

/** The bill of the number while finance has not been asked for it. */
function waitingBill({ invoices }: OrderState, number: InvoiceNumber): OrderInvoice | null {
  const bill = invoices.find((invoice) => invoice.number === number);
  return bill === undefined || bill.requestedAt !== null ? null : bill;
}

function without(state: OrderState, step: string, number: InvoiceNumber): OrderState {
  return { ...state, holds: withoutHold(state.holds, holdOwner(step, null, number)) };
}
