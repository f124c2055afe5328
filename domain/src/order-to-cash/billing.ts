import { isDeepStrictEqual } from "node:util";
import { PLAIN_TERMS, type BillingCondition, type BillTax, type OrderInvoice } from "../bill.ts";
import { invoiceNumberOf } from "../invoice-draft.ts";
import { isOut } from "../order-shipment.ts";
import type { OrderState } from "../order-state.ts";
import type { Instant } from "../time.ts";
import { conditionsOf, type UndatedCondition } from "./bill-conditions.ts";
import type { InvoiceSnapshot, OrderToCashCommand, OrderToCashResult, Stamp } from "./events.ts";
import { withProgress, withShipment } from "./progress.ts";
import { moved, unchanged } from "./result.ts";
import { goOnTruingUp } from "./tax-true-up.ts";
import { holdOwner, note, withoutHold } from "./timeline.ts";

/**
 * Takes billing on as far as it goes: each shipment that has left gets one bill, under a number of its own; what
 * the bill still waits for is asked for, each once; and finance is asked for the bill when all of it is there.
 */
export function goOnBilling(state: OrderState, { at }: Stamp): OrderToCashResult {
  const opened = openBills(state, at);
  const commands: OrderToCashCommand[] = [];
  const invoices = opened.invoices.map((bill) => {
    if (isVoidlyTaxed(bill)) {
      commands.push(...voidTax(bill));
      return { ...bill, tax: { ...bill.tax, voidedAt: at } };
    }
    // What finance has under its number was raised, whoever asked for it.
    const isRaised = bill.requestedAt !== null || bill.id !== null;
    const next = isRaised ? bill : advanced(opened, bill, at);
    if (!isRaised) commands.push(...commandsOf(bill, next));
    const truedUp = goOnTruingUp(opened, next, at);
    commands.push(...truedUp.commands);
    return isDeepStrictEqual(truedUp.bill, bill) ? bill : truedUp.bill;
  });
  const isSame = invoices.every((bill, at) => bill === state.invoices[at]);
  return isSame ? unchanged(state) : moved(state, { ...opened, invoices }, { commands });
}

/** Finance has voided the bill: what was recorded of its tax must not be in the seller's return. */
function isVoidlyTaxed(bill: OrderInvoice): bill is OrderInvoice & { readonly tax: BillTax } {
  const { status, tax } = bill;
  // What is on its way there is taken back after it has arrived.
  const isSettled = tax?.trueUp === undefined || tax.trueUp.due !== null;
  const isRecorded = (tax?.known?.lines.length ?? 0) > 0 && isSettled;
  return status === "VOID" && isRecorded && tax?.voidedAt === undefined;
}

function voidTax({ shipmentId, number }: OrderInvoice): readonly OrderToCashCommand[] {
  return shipmentId === null
    ? []
    : [{ kind: "voidTax", step: `void-tax-${shipmentId}`, shipmentId, number }];
}

/** A shipment may be seen to leave before the ERP's answer is: its bill is numbered after the order, and waits. */
function openBills(state: OrderState, at: Instant): OrderState {
  const { number } = state;
  if (number === null) return state;
  return state.shipments
    .filter((shipment) => isOut(shipment) && shipment.invoiceNumber === null)
    .reduce((next, shipment): OrderState => {
      const bill: OrderInvoice = {
        number: invoiceNumberOf(number, next.invoices.length + 1),
        shipmentId: shipment.id,
        openedAt: at,
        conditions: [],
        freight: null,
        tax: null,
        decisions: [],
        requestedAt: null,
        id: null,
        status: null,
        total: null,
        postedAt: null,
      };
      const invoices = [...next.invoices, bill];
      return withShipment({ ...next, invoices }, { ...shipment, invoiceNumber: bill.number });
    }, state);
}

/** Tax is due on the price and on the freight: it is asked for when neither changes any more. */
function advanced(state: OrderState, bill: OrderInvoice, at: Instant): OrderInvoice {
  const terms = state.billing ?? PLAIN_TERMS;
  const conditions = dated(bill.conditions, conditionsOf(state, bill), at);
  const isTaxable = conditions
    .filter(({ code }) => code !== "TAX_CALCULATED" && code !== "NO_OPEN_EXCEPTION")
    .every(({ met }) => met);
  const asksFreight = terms.freight === "BILLED" && bill.freight === null;
  const asksTax = terms.tax === "SOURCE" && bill.tax === null && isTaxable;
  return {
    ...bill,
    conditions,
    freight: asksFreight ? { askedAt: at, known: null } : bill.freight,
    tax: asksTax ? { askedAt: at, known: null } : bill.tax,
    requestedAt: conditions.every(({ met }) => met) ? at : null,
  };
}

function dated(
  before: readonly BillingCondition[],
  now: readonly UndatedCondition[],
  at: Instant,
): readonly BillingCondition[] {
  return now.map((condition) => {
    const known = before.find(({ code }) => code === condition.code);
    return { ...condition, since: known?.met === condition.met ? known.since : at };
  });
}

function commandsOf(
  before: OrderInvoice,
  { number, shipmentId, freight, tax, requestedAt }: OrderInvoice,
): readonly OrderToCashCommand[] {
  if (shipmentId === null) return [];
  const about = { shipmentId, number };
  const commands: OrderToCashCommand[] = [];
  if (before.freight === null && freight !== null) {
    commands.push({ kind: "readFreight", step: `freight-${shipmentId}`, ...about });
  }
  if (before.tax === null && tax !== null) {
    commands.push({ kind: "calculateTax", step: `tax-${shipmentId}`, ...about });
  }
  if (requestedAt !== null) {
    commands.push({ kind: "raiseInvoice", step: `invoice-${shipmentId}`, ...about });
  }
  return commands;
}

export function onInvoice(
  state: OrderState,
  snapshot: InvoiceSnapshot,
  event: Stamp,
): OrderToCashResult {
  const before = state.invoices.find((invoice) => invoice.number === snapshot.number);
  // Somebody else's bill, or one that finance raised by hand: not a step of this process.
  if (before === undefined) return unchanged(state);
  if (before.id === snapshot.id && before.status === snapshot.status) return unchanged(state);
  // The answer to our own command may be older than what finance's feed has told meanwhile.
  const { modifiedAt = before.modifiedAt } = snapshot;
  if (modifiedAt !== undefined && modifiedAt < (before.modifiedAt ?? modifiedAt)) {
    return unchanged(state);
  }
  const isPosted = snapshot.status !== "DRAFT" && snapshot.status !== "VOID";
  const after = {
    ...before,
    id: snapshot.id,
    status: snapshot.status,
    total: snapshot.total,
    issuedOn: snapshot.issuedOn ?? before.issuedOn ?? null,
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    postedAt: before.postedAt ?? (isPosted ? event.at : null),
  };
  const holds = withoutHold(state.holds, holdOwner("raiseInvoice", null, before.number));
  let next: OrderState = withProgress({ ...withBill(state, after), holds });
  if (before.postedAt === null && isPosted) next = note(next, event, "INVOICED", snapshot.number);
  return moved(state, next);
}

/** Puts a bill in the place of the one of its number. */
export function withBill(state: OrderState, bill: OrderInvoice): OrderState {
  const invoices = state.invoices.map((other) => (other.number === bill.number ? bill : other));
  return { ...state, invoices };
}
