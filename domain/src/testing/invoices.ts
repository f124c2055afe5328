import { parseDecimal } from "../decimal.ts";
import { parseCustomerNumber, parseInvoiceId, parseInvoiceNumber } from "../identifiers.ts";
import type { CreditMemo, Invoice, Payment } from "../invoice.ts";
import { parseCurrencyCode, type Money } from "../money.ts";
import { parseInstant, parseLocalDate } from "../time.ts";

export function money(amount: string, currency = "USD"): Money {
  return { amount: parseDecimal(amount), currency: parseCurrencyCode(currency) };
}

/** A posted bill of 10.80 without lines. */
export function invoiceOf(changes: Partial<Invoice>): Invoice {
  return {
    id: parseInvoiceId("I1"),
    number: parseInvoiceNumber("SO-1000-1"),
    customerNumber: parseCustomerNumber("C10010"),
    orderNumbers: [],
    status: "POSTED",
    issuedOn: parseLocalDate("2026-11-20"),
    dueOn: parseLocalDate("2026-12-20"),
    lines: [],
    subtotal: money("10.80"),
    tax: money("0"),
    freight: null,
    total: money("10.80"),
    balance: money("10.80"),
    payments: [],
    creditMemos: [],
    modifiedAt: parseInstant("2026-11-20T10:00:00Z"),
    ...changes,
  };
}

export function paymentOf(amount: string): Payment {
  return {
    id: `P-${amount}`,
    amount: money(amount),
    receivedOn: parseLocalDate("2026-11-21"),
    reference: null,
  };
}

export function creditMemoOf(amount: string): CreditMemo {
  return {
    id: `M-${amount}`,
    number: null,
    total: money(amount),
    issuedOn: parseLocalDate("2026-11-21"),
    reason: null,
  };
}
