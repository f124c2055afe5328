import {
  addDecimals,
  compareDecimals,
  divideDecimals,
  isPositive,
  isZero,
  multiplyDecimals,
  roundDecimal,
  subtractDecimals,
  ZERO,
  type Decimal,
} from "./decimal.ts";
import type { CustomerNumber, InvoiceId, InvoiceNumber, Sku } from "./identifiers.ts";
import { checkAmount, refuseClosedInvoice } from "./invoice-checks.ts";
import type { Invoice, InvoiceLine, InvoiceStatus } from "./invoice.ts";
import { addMoney, extendPrice, printMoney, roundMoney, zeroMoney, type Money } from "./money.ts";
import { parseUomCode, type Quantity } from "./quantity.ts";
import type { LocalDate } from "./time.ts";
import { refusal, type UserError } from "./user-error.ts";

/** What somebody wants credited: quantities of lines as they were billed, or an amount. */
export type CreditQuestion = {
  readonly lines: readonly CreditedQuantity[] | null;
  /** In the invoice's currency, with tax. */
  readonly amount: Decimal | null;
};

/** In the unit that was billed. */
export type CreditedQuantity = { readonly lineNumber: number; readonly quantity: Decimal };

/** What of an invoice was credited before, whoever did it. */
export type CreditedBefore = {
  readonly lines: readonly CreditedQuantity[];
  /** With tax, in the invoice's currency. */
  readonly total: Decimal;
};

/** A credit to be issued. `number` is ours and unique in finance: the same draft twice is one credit. */
export type CreditMemoDraft = {
  readonly number: string;
  readonly invoiceId: InvoiceId;
  readonly customerNumber: CustomerNumber;
  readonly currency: Money["currency"];
  readonly issuedOn: LocalDate;
  readonly reason: string;
  /** An agreed amount has its tax in it; lines are credited as they were billed, and tax comes on top. */
  readonly isTaxIncluded: boolean;
  readonly lines: readonly CreditMemoLine[];
};

export type CreditMemoLine = {
  readonly description: string;
  readonly sku: Sku | null;
  readonly quantity: Quantity;
  readonly unitPrice: Money;
};

export type JudgedCredit =
  | { readonly kind: "refused"; readonly userErrors: readonly UserError[] }
  | {
      readonly kind: "credited";
      readonly isTaxIncluded: boolean;
      readonly lines: readonly CreditMemoLine[];
      /** With tax, as far as we can tell: finance computes it. */
      readonly total: Money;
    };

export const MAX_CREDIT_LINES = 200;
/** What finance systems keep of a quantity and of a unit price. */
const FINE_PLACES = 4;
const ONE_PIECE: Quantity = { value: "1" as Decimal, uom: parseUomCode("EA") };
const CREDITABLE: ReadonlySet<InvoiceStatus> = new Set([
  "POSTED",
  "PARTIALLY_PAID",
  "OVERDUE",
  "DISPUTED",
  "PAID",
]);

/**
 * What counts against an invoice: the credits that were asked for here, and those that finance shows on it
 * beside them.
 */
export function creditedBefore(
  { creditMemos }: Pick<Invoice, "creditMemos">,
  ours: readonly {
    readonly number: string;
    readonly total: Money;
    readonly lines: readonly CreditedQuantity[];
  }[],
): CreditedBefore {
  const numbers = new Set(ours.map(({ number }) => number));
  const others = creditMemos.filter(({ number }) => number === null || !numbers.has(number));
  return {
    lines: ours.flatMap(({ lines }) => lines),
    total: addDecimals(ZERO, ...[...ours, ...others].map(({ total }) => total.amount)),
  };
}

/** The credits of an invoice are numbered after it: `SO-0010045-1-CM1`, `SO-0010045-1-CM2` … */
export function creditMemoNumberOf(invoice: InvoiceNumber, serial: number): string {
  return `${invoice}-CM${String(serial)}`;
}

/**
 * Judges a credit over what is left of the invoice. Each line is credited at the price that was billed;
 * what was credited as an amount before counts against the total alone, not against a line.
 */
export function judgeCredit(
  question: CreditQuestion,
  invoice: Invoice,
  before: CreditedBefore,
): JudgedCredit {
  const { lines, amount } = question;
  if (invoice.number === null || !CREDITABLE.has(invoice.status)) {
    return { kind: "refused", userErrors: [refuseClosedInvoice(invoice)] };
  }
  if ((lines === null) === (amount === null)) {
    const message = "Give either lines or an amount.";
    return { kind: "refused", userErrors: [refusal("INVALID_VALUE", message, ["lines"])] };
  }
  const { total } = invoice;
  const left = { ...total, amount: subtractDecimals(total.amount, before.total) };
  return amount === null
    ? creditLines(lines ?? [], invoice, before, left)
    : creditAmount({ amount, currency: total.currency }, invoice, left);
}

function creditAmount(total: Money, { number }: Invoice, left: Money): JudgedCredit {
  const userErrors = checkAmount(total, left, "not credited yet");
  if (userErrors.length > 0) return { kind: "refused", userErrors };
  const description = `Credit on invoice ${number ?? ""}`;
  const line = { description, sku: null, quantity: ONE_PIECE, unitPrice: total };
  return { kind: "credited", isTaxIncluded: true, lines: [line], total };
}

function creditLines(
  asked: readonly CreditedQuantity[],
  invoice: Invoice,
  before: CreditedBefore,
  left: Money,
): JudgedCredit {
  if (asked.length === 0 || asked.length > MAX_CREDIT_LINES) {
    const code = asked.length === 0 ? "INVALID_VALUE" : "TOO_MANY_LINES";
    const message = `lines must be 1 to ${String(MAX_CREDIT_LINES)}.`;
    return { kind: "refused", userErrors: [refusal(code, message, ["lines"])] };
  }
  const userErrors = asked.flatMap((one, at) => checkLine(one, at, asked, invoice, before));
  if (userErrors.length > 0) return { kind: "refused", userErrors };
  const lines = asked.flatMap(({ lineNumber, quantity }) => {
    const billed = invoice.lines.find((line) => line.lineNumber === lineNumber);
    return billed === undefined ? [] : [creditLine(billed, quantity)];
  });
  const total = withTax(lines, invoice);
  if (!isPositive(total.amount)) {
    const message = "What these lines cost is nothing: there is nothing to credit.";
    return { kind: "refused", userErrors: [refusal("INVALID_VALUE", message, ["lines"])] };
  }
  if (compareDecimals(total.amount, left.amount) > 0) {
    const message = `This is ${printMoney(total)}, more than the ${printMoney(left)} that is not credited yet.`;
    return { kind: "refused", userErrors: [refusal("EXCEEDS_BALANCE", message, ["lines"])] };
  }
  return { kind: "credited", isTaxIncluded: false, lines, total };
}

function checkLine(
  { lineNumber, quantity }: CreditedQuantity,
  at: number,
  asked: readonly CreditedQuantity[],
  invoice: Invoice,
  before: CreditedBefore,
): UserError[] {
  const place = ["lines", String(at)];
  const name = `Line ${String(lineNumber)}`;
  const billed = invoice.lines.find((line) => line.lineNumber === lineNumber);
  if (billed === undefined) {
    return [refusal("UNKNOWN_LINE", `${name} is not on the invoice.`, [...place, "lineNumber"])];
  }
  if (asked.findIndex((one) => one.lineNumber === lineNumber) !== at) {
    const message = `${name} is there twice.`;
    return [refusal("INVALID_VALUE", message, [...place, "lineNumber"])];
  }
  const { value, uom } = billed.quantity;
  const credited = before.lines.filter((line) => line.lineNumber === lineNumber);
  const left = subtractDecimals(value, ...credited.map((line) => line.quantity));
  const isFine = compareDecimals(roundDecimal(quantity, FINE_PLACES), quantity) === 0;
  if (isPositive(quantity) && isFine && compareDecimals(quantity, left) <= 0) return [];
  const message = `${name}: quantity must be above zero, with at most ${String(FINE_PLACES)} decimals, and not more than the ${left} ${uom} that are not credited yet.`;
  return [refusal("INVALID_QUANTITY", message, [...place, "quantity"])];
}

/** At the price per unit that was paid in the end: a discount on the line is not credited. */
function creditLine(billed: InvoiceLine, quantity: Decimal): CreditMemoLine {
  const { description, sku, unitPrice, lineTotal, lineNumber } = billed;
  const isFull =
    compareDecimals(extendPrice(unitPrice, billed.quantity.value).amount, lineTotal.amount) === 0;
  const paid = isFull
    ? unitPrice.amount
    : roundDecimal(divideDecimals(lineTotal.amount, billed.quantity.value), FINE_PLACES);
  return {
    description: description === "" ? `Line ${String(lineNumber)}` : description,
    sku,
    quantity: { value: quantity, uom: billed.quantity.uom },
    unitPrice: { ...unitPrice, amount: paid },
  };
}

/** The invoice's tax in proportion: finance knows the rate of each line, we do not. */
function withTax(lines: readonly CreditMemoLine[], { subtotal, tax }: Invoice): Money {
  const credited = addMoney(
    zeroMoney(subtotal.currency),
    ...lines.map((line) => extendPrice(line.unitPrice, line.quantity.value)),
  );
  const rate = isZero(subtotal.amount) ? ZERO : divideDecimals(tax.amount, subtotal.amount);
  const amount = addDecimals(credited.amount, multiplyDecimals(credited.amount, rate));
  return roundMoney({ ...credited, amount });
}
