import {
  addDecimals,
  isPositive,
  parseCurrencyCode,
  parseInvoiceId,
  parseInvoiceNumber,
  parseOrderNumber,
  parseSku,
  parseUomCode,
  subtractDecimals,
  ZERO,
  type CreditMemo,
  type CurrencyCode,
  type CustomerNumber,
  type Invoice,
  type InvoiceLine,
  type InvoiceStatus,
  type LocalDate,
  type OrderNumber,
} from "@crossdock/domain";
import type { InvoiceDocument, LineDocument } from "./invoice-document.ts";
import { FREIGHT_DESCRIPTION, readDescription } from "./line-mark.ts";
import { readReference } from "./payment-reference.ts";
import { moneyOf } from "./wire-values.ts";

const COUNTING_UNIT = parseUomCode("EA");

/** @param today decides what is overdue; the calendar of the organisation */
export function toInvoice(
  document: InvoiceDocument,
  customerNumber: CustomerNumber,
  today: LocalDate,
): Invoice {
  const currency = parseCurrencyCode(document.CurrencyCode);
  const orderNumbers = orderNumbersOf(document);
  const all = document.LineItems ?? [];
  const charged = all.filter(isFreight).map(({ LineAmount }) => LineAmount ?? ZERO);
  const freight = charged.length === 0 ? null : moneyOf(addDecimals(...charged), currency);
  return {
    id: parseInvoiceId(document.InvoiceID),
    number: document.InvoiceNumber ? parseInvoiceNumber(document.InvoiceNumber) : null,
    customerNumber,
    orderNumbers,
    status: statusOf(document, today),
    issuedOn: document.Date ?? null,
    dueOn: document.DueDate ?? null,
    lines: all
      .filter((line) => !isFreight(line))
      .map((line, at) => toLine(line, at + 1, currency, orderNumbers[0] ?? null)),
    subtotal: moneyOf(subtractDecimals(document.SubTotal, ...charged), currency),
    tax: moneyOf(document.TotalTax, currency),
    freight,
    total: moneyOf(document.Total, currency),
    balance: moneyOf(document.AmountDue, currency),
    payments: (document.Payments ?? []).map((payment) => ({
      id: payment.PaymentID,
      amount: moneyOf(payment.Amount, currency),
      receivedOn: payment.Date,
      reference: readReference(payment.Reference),
    })),
    creditMemos: (document.CreditNotes ?? []).map((credit) => toCreditMemo(credit, currency)),
    modifiedAt: document.UpdatedDateUTC,
  };
}

function statusOf(document: InvoiceDocument, today: LocalDate): InvoiceStatus {
  switch (document.Status) {
    case "DRAFT":
    case "SUBMITTED":
      return "DRAFT";
    case "VOIDED":
    case "DELETED":
      return "VOID";
    case "PAID":
      return isPositive(document.AmountPaid) || !isPositive(document.AmountCredited ?? ZERO)
        ? "PAID"
        : "CREDITED";
    case "AUTHORISED":
      if (document.DueDate && document.DueDate < today) return "OVERDUE";
      return isPositive(document.AmountPaid) ? "PARTIALLY_PAID" : "POSTED";
  }
}

/**
 * The bills of an order are numbered after it and refer to it; a reference that somebody typed
 * is not taken for an order number.
 */
function orderNumbersOf({ InvoiceNumber, Reference }: InvoiceDocument): readonly OrderNumber[] {
  const stem = InvoiceNumber?.replace(/-\d+$/, "");
  const isOurs = stem !== undefined && stem !== InvoiceNumber && stem === Reference?.trim();
  return isOurs ? [parseOrderNumber(stem)] : [];
}

/** Finance itself does not tell freight from goods: only what we have written is known for it. */
function isFreight({ Description, ItemCode }: LineDocument): boolean {
  return Description === FREIGHT_DESCRIPTION && !ItemCode;
}

function toLine(
  line: LineDocument,
  lineNumber: number,
  currency: CurrencyCode,
  orderNumber: OrderNumber | null,
): InvoiceLine {
  const { description, mark } = readDescription(line.Description ?? "");
  return {
    lineNumber,
    description,
    sku: line.ItemCode ? parseSku(line.ItemCode) : null,
    orderLine:
      mark === null || orderNumber === null
        ? null
        : { orderNumber, lineNumber: mark.orderLineNumber },
    quantity: { value: line.Quantity ?? ZERO, uom: mark?.uom ?? COUNTING_UNIT },
    unitPrice: moneyOf(line.UnitAmount ?? ZERO, currency),
    lineTotal: moneyOf(line.LineAmount ?? ZERO, currency),
  };
}

function toCreditMemo(
  credit: NonNullable<InvoiceDocument["CreditNotes"]>[number],
  currency: CurrencyCode,
): CreditMemo {
  return {
    id: credit.CreditNoteID ?? credit.ID ?? "",
    number: credit.CreditNoteNumber ? credit.CreditNoteNumber : null,
    total: moneyOf(credit.AppliedAmount ?? credit.Total ?? ZERO, currency),
    issuedOn: credit.Date ?? null,
    reason: null,
  };
}
