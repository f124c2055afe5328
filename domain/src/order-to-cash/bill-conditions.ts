import {
  PLAIN_TERMS,
  type BillExceptionCode,
  type BillingCondition,
  type BillingTerms,
  type OrderInvoice,
} from "../bill.ts";
import { compareDecimals, multiplyDecimals, subtractDecimals, type Decimal } from "../decimal.ts";
import { printMoney, type Money } from "../money.ts";
import { isOut } from "../order-shipment.ts";
import type { OrderShipment, OrderState } from "../order-state.ts";
import { addQuantities, compareQuantities, zeroQuantity } from "../quantity.ts";

export type UndatedCondition = Omit<BillingCondition, "since">;

/** Everything that has to be true before the bill is raised, in the order of `BILLING_CONDITION_CODES`. */
export function conditionsOf(state: OrderState, bill: OrderInvoice): readonly UndatedCondition[] {
  const terms = state.billing ?? PLAIN_TERMS;
  const shipment = state.shipments.find(({ id }) => id === bill.shipmentId);
  const conditions = [
    condition("SHIPMENT_CONFIRMED", leftOf(shipment)),
    condition("QUANTITIES_RECONCILED", excessOf(state, bill), decidable("QUANTITY_MISMATCH", bill)),
    condition(
      "PRICE_CONFIRMED",
      discrepanciesOf(state, shipment, terms),
      decidable("PRICE_DISCREPANCY", bill),
    ),
    freightCondition(bill, terms),
    condition("TAX_CALCULATED", untaxedOf(bill, terms)),
    condition("NO_OPEN_EXCEPTION", troubleOf(state, shipment)),
  ];
  // One at a time is put before a person, in the order in which they have to be dealt with.
  const first = conditions.findIndex(({ exception }) => exception !== null);
  return conditions.map((each, at) => (at === first ? each : { ...each, exception: null }));
}

/** What a person may let pass; `null` when one has. */
type Decidable = { readonly exception: BillExceptionCode; readonly isDecided: boolean };

function decidable(exception: BillExceptionCode, { decisions }: OrderInvoice): Decidable {
  return { exception, isDecided: decisions.some(({ code }) => code === exception) };
}

/** @param inTheWay why it is not met; empty when it is */
function condition(
  code: BillingCondition["code"],
  inTheWay: readonly string[],
  decision: Decidable | null = null,
): UndatedCondition {
  const met = inTheWay.length === 0 || decision?.isDecided === true;
  if (met) return { code, met, detail: null, exception: null };
  return { code, met, detail: inTheWay.join(" "), exception: decision?.exception ?? null };
}

function leftOf(shipment: OrderShipment | undefined): readonly string[] {
  if (shipment === undefined || !isOut(shipment)) return ["The shipment has not left yet."];
  return shipment.status === "CANCELLED" ? ["The warehouse took the shipment back."] : [];
}

/** Of two shipments that are too much together, the later one is. */
function excessOf({ draft, shipments, invoices }: OrderState, bill: OrderInvoice): string[] {
  const numbers = invoices.slice(0, invoices.indexOf(bill) + 1).map(({ number }) => number);
  const until = shipments
    .filter(({ invoiceNumber }) => invoiceNumber !== null && numbers.includes(invoiceNumber))
    .flatMap(({ lines }) => lines);
  const ours = shipments.filter(({ id }) => id === bill.shipmentId).flatMap(({ lines }) => lines);
  const lineNumbers = [...new Set(ours.map(({ lineNumber }) => lineNumber))];
  return lineNumbers.flatMap((lineNumber) => {
    const ordered = draft.lines.find((line) => line.lineNumber === lineNumber)?.orderedBase;
    const name = `Line ${String(lineNumber)}`;
    if (ordered === undefined) return [`${name} was shipped and not ordered.`];
    const shipped = addQuantities(
      zeroQuantity(ordered.uom),
      ...until.filter((line) => line.lineNumber === lineNumber).map(({ quantity }) => quantity),
    );
    return compareQuantities(shipped, ordered) <= 0
      ? []
      : [`${name}: ${shipped.value} ${shipped.uom} were shipped of ${ordered.value} ordered.`];
  });
}

/** Only what the shipment holds is billed now: what is wrong with other lines is not in its way. */
function discrepanciesOf(
  { number, draft, erpPrices = [] }: OrderState,
  shipment: OrderShipment | undefined,
  { priceTolerance }: BillingTerms,
): string[] {
  if (number === null) return ["The ERP has not accepted the order yet."];
  if (priceTolerance === null) return [];
  const shipped = new Set(shipment?.lines.map(({ lineNumber }) => lineNumber));
  return draft.lines
    .filter(({ lineNumber }) => shipped.has(lineNumber))
    .flatMap(({ lineNumber, unitPrice: ours }) => {
      const erp = erpPrices.find((price) => price.lineNumber === lineNumber)?.unitPrice;
      return erp === undefined || isWithin(erp, ours, priceTolerance)
        ? []
        : [
            `Line ${String(lineNumber)}: the ERP has ${printMoney(erp)}, the order ${printMoney(ours)}.`,
          ];
    });
}

function freightCondition(bill: OrderInvoice, terms: BillingTerms): UndatedCondition {
  if (terms.freight === "IN_PRICES") return condition("FREIGHT_KNOWN", []);
  const known = bill.freight?.known ?? null;
  if (known === null) {
    return condition("FREIGHT_KNOWN", ["The carrier has not told what the way costs."]);
  }
  const { quoted, charged } = known;
  const isAsQuoted = quoted === null || isWithin(charged, quoted, terms.freightTolerance);
  const variance = `The carrier charges ${printMoney(charged)} and quoted ${quoted === null ? "nothing" : printMoney(quoted)}.`;
  return condition(
    "FREIGHT_KNOWN",
    isAsQuoted ? [] : [variance],
    decidable("FREIGHT_VARIANCE", bill),
  );
}

function untaxedOf({ tax }: OrderInvoice, terms: BillingTerms): string[] {
  const isKnown = terms.tax === "FINANCE" || (tax !== null && tax.known !== null);
  return isKnown ? [] : ["The tax is not calculated yet."];
}

/** What is wrong with the shipment itself; another one's trouble is not in its way. */
function troubleOf({ holds }: OrderState, shipment: OrderShipment | undefined): string[] {
  return holds
    .filter(({ code }) => code.startsWith(`shipment-${shipment?.id ?? ""}:`))
    .map(({ reason }) => reason);
}

/** @param tolerance as a part of `agreed` */
function isWithin(actual: Money, agreed: Money, tolerance: Decimal): boolean {
  if (actual.currency !== agreed.currency) return false;
  const difference = subtractDecimals(actual.amount, agreed.amount);
  const distance = difference.startsWith("-") ? difference.slice(1) : difference;
  return compareDecimals(distance as Decimal, multiplyDecimals(agreed.amount, tolerance)) <= 0;
}
