import { addDecimals, compareDecimals, multiplyDecimals } from "../decimal.ts";
import type { Invoice, InvoiceDraft, InvoiceLine } from "../invoice.ts";
import { addMoney, printMoney, roundMoney, zeroMoney, type Money } from "../money.ts";
import type { Sku } from "../identifiers.ts";
import type { Quantity } from "../quantity.ts";
import { invoiceSubject } from "../subject.ts";
import { OUR_BOOKS, type Difference } from "./difference.ts";

/** What was agreed for a line of an order. */
export type AgreedLine = {
  readonly sku: Sku;
  readonly ordered: Quantity;
  readonly unitPrice: Money;
};

/** A bill as finance has it, beside all that we know of it. */
export type ComparedInvoice = {
  readonly invoice: Invoice;
  /** The bill as it had to be; `null` where the order is not one of ours, or somebody billed it by hand. */
  readonly draft: InvoiceDraft | null;
  /** The lines of its order; empty where nobody knows the order. */
  readonly agreed: readonly AgreedLine[];
  /** The invoice book's copy; `null` when it has none. */
  readonly told: Invoice | null;
};

type Found = Pick<Difference, "kind" | "field" | "left" | "right">;

/**
 * The first thing in which a bill is not as it had to be: its lines, their prices, tax, totals; then whether our copy of it is
 * behind. One bill is told once, whatever else in it is wrong too.
 */
export function compareInvoice(
  compared: ComparedInvoice,
  { finance }: { readonly finance: string },
): Difference | null {
  const { invoice, told } = compared;
  const name = invoice.number ?? invoice.id;
  const common = {
    key: invoice.id,
    about: invoiceSubject(invoice.id),
    part: null,
    proposal: null,
  } as const;
  const isLive = invoice.status !== "VOID" && invoice.status !== "DRAFT";
  const wrong = isLive ? wrongIn(compared) : null;
  if (wrong !== null) {
    return {
      ...common,
      ...wrong,
      code: "INVOICE_TOTAL_MISMATCH",
      leftSource: OUR_BOOKS,
      rightSource: finance,
      summary: `Bill ${name}, ${wrong.field}: it had to be ${wrong.left}, and finance has ${wrong.right}.`,
      repair: null,
    };
  }
  const behind = behindIn(invoice, told);
  if (behind === null) return null;
  return {
    ...common,
    ...behind,
    code: "INVOICE_BOOK_STALE",
    leftSource: finance,
    rightSource: OUR_BOOKS,
    summary: `Bill ${name}, ${behind.field}: finance has ${behind.left}, our book ${behind.right}.`,
    repair: { kind: "readInvoice", sourceId: invoice.id },
  };
}

function wrongIn({ invoice, draft, agreed }: ComparedInvoice): Found | null {
  return (
    wrongLineOf(invoice, draft, agreed) ??
    wrongTaxOf(invoice, draft) ??
    wrongTotalOf(invoice, draft)
  );
}

function wrongLineOf(
  { lines }: Invoice,
  draft: InvoiceDraft | null,
  agreed: readonly AgreedLine[],
): Found | null {
  for (const line of lines) {
    const found =
      (draft === null ? wrongPriceOf(line, agreed) : wrongAgainst(line, draft)) ??
      wrongLineTotalOf(line);
    if (found !== null) return found;
  }
  const missing = draft?.lines.find(({ sku }) => !lines.some((line) => line.sku === sku));
  if (missing === undefined) return null;
  return {
    kind: "MISSING",
    field: `line ${missing.sku}`,
    left: textOf(missing.quantity),
    right: "no line",
  };
}

/** A bill of ours has one line for each line of its order. */
function wrongAgainst(line: InvoiceLine, { lines }: InvoiceDraft): Found | null {
  const ours = lines.find(({ sku, orderLineNumber }) => {
    const number = line.orderLine?.lineNumber ?? null;
    return sku === line.sku && (number === null || number === orderLineNumber);
  });
  if (ours === undefined) return extraLine(line);
  const field = `line ${ours.sku}`;
  if (!isSameQuantity(ours.quantity, line.quantity)) {
    return {
      kind: "WRONG_QUANTITY",
      field: `${field} quantity`,
      left: textOf(ours.quantity),
      right: textOf(line.quantity),
    };
  }
  return isSameMoney(ours.unitPrice, line.unitPrice)
    ? null
    : wrongMoney("WRONG_PRICE", `${field} price`, ours.unitPrice, line.unitPrice);
}

/** Of a bill that is not ours only what was agreed is known: no item but those, at their prices, and no more than was ordered. */
function wrongPriceOf(line: InvoiceLine, agreed: readonly AgreedLine[]): Found | null {
  const { sku } = line;
  if (sku === null || agreed.length === 0) return null;
  const same = agreed.filter((each) => each.sku === sku);
  if (same.length === 0) return extraLine(line);
  const inUnit = same.filter(({ ordered }) => ordered.uom === line.quantity.uom);
  // In another unit than it was ordered in, neither can be told.
  const [first] = inUnit;
  if (first === undefined) return null;
  const ordered = addDecimals(...inUnit.map((each) => each.ordered.value));
  if (compareDecimals(line.quantity.value, ordered) > 0) {
    return {
      kind: "WRONG_QUANTITY",
      field: `line ${sku} quantity`,
      left: textOf({ ...first.ordered, value: ordered }),
      right: textOf(line.quantity),
    };
  }
  return inUnit.some(({ unitPrice }) => isSameMoney(unitPrice, line.unitPrice))
    ? null
    : wrongMoney("WRONG_PRICE", `line ${sku} price`, first.unitPrice, line.unitPrice);
}

function extraLine({ sku, quantity, description }: InvoiceLine): Found | null {
  if (sku === null) return null;
  return {
    kind: "EXTRA",
    field: `line ${sku}`,
    left: "no line",
    right: `${textOf(quantity)} ${description}`.trim(),
  };
}

function wrongLineTotalOf({ sku, description, quantity, unitPrice, lineTotal }: InvoiceLine) {
  const exact = {
    amount: multiplyDecimals(quantity.value, unitPrice.amount),
    currency: unitPrice.currency,
  };
  const expected = roundMoney(exact);
  if (isSameMoney(expected, lineTotal)) return null;
  return wrongMoney("WRONG_TOTAL", `line ${sku ?? description} total`, expected, lineTotal);
}

/** Where a tax source said what is due; else tax is what finance computes. */
function wrongTaxOf({ tax }: Invoice, draft: InvoiceDraft | null): Found | null {
  if (draft === null) return null;
  const taxes = draft.lines.flatMap((line) => (line.tax === undefined ? [] : [line.tax]));
  if (taxes.length < draft.lines.length) return null;
  const freightTax = draft.freight?.tax ?? null;
  const due = addMoney(
    zeroMoney(draft.currency),
    ...taxes,
    ...(freightTax === null ? [] : [freightTax]),
  );
  return isSameMoney(due, tax) ? null : wrongMoney("WRONG_TAX", "tax", due, tax);
}

function wrongTotalOf(
  { lines, freight, tax, total }: Invoice,
  draft: InvoiceDraft | null,
): Found | null {
  const zero = zeroMoney(total.currency);
  const charged = draft?.freight?.amount ?? zero;
  if (draft !== null && !isSameMoney(charged, freight ?? zero)) {
    return wrongMoney("WRONG_TOTAL", "freight", charged, freight ?? zero);
  }
  const sum = addMoney(tax, freight ?? zero, ...lines.map(({ lineTotal }) => lineTotal));
  return isSameMoney(sum, total) ? null : wrongMoney("WRONG_TOTAL", "total", sum, total);
}

/** Whether it is due, and so what it is called, changes with the calendar: what it is worth does not. */
function behindIn(invoice: Invoice, told: Invoice | null): Found | null {
  if (told === null) {
    const right = "no bill";
    return { kind: "MISSING", field: "bill", left: printMoney(invoice.total), right };
  }
  const [is, was] = [stageOf(invoice), stageOf(told)];
  if (is !== was) return { kind: "WRONG_STATUS", field: "status", left: is, right: was };
  for (const field of ["total", "balance"] as const) {
    if (!isSameMoney(invoice[field], told[field])) {
      return wrongMoney("WRONG_TOTAL", field, invoice[field], told[field]);
    }
  }
  return null;
}

function stageOf({ status }: Invoice): string {
  return status === "DRAFT" || status === "VOID" ? status : "POSTED";
}

function wrongMoney(kind: Difference["kind"], field: string, left: Money, right: Money): Found {
  return { kind, field, left: printMoney(left), right: printMoney(right) };
}

function isSameMoney(left: Money, right: Money): boolean {
  return left.currency === right.currency && compareDecimals(left.amount, right.amount) === 0;
}

function isSameQuantity(left: Quantity, right: Quantity): boolean {
  return left.uom === right.uom && compareDecimals(left.value, right.value) === 0;
}

function textOf({ value, uom }: Quantity): string {
  return `${value} ${uom}`;
}
