import {
  addDecimals,
  compareDecimals,
  extendPrice,
  isZero,
  ZERO,
  type Invoice,
  type InvoiceDraft,
  type Money,
} from "@crossdock/domain";
import type { InvoiceReader, InvoiceWriter, WriteOutcome } from "@crossdock/source-contract";
import { unexpected, exactNumber, type SourceAnswer } from "@crossdock/source-http";
import { invoiceList } from "./invoice-document.ts";
import { FINE_UNITS, toInvoices, type InvoiceDeps } from "./invoice-reader.ts";
import { fitKey } from "./idempotency-key.ts";
import { FREIGHT_DESCRIPTION, markDescription } from "./line-mark.ts";
import { messagesOf, refusalOf } from "./refusals.ts";

export type BookingRules = {
  /** Revenue account of every line. */
  readonly salesAccountCode: string;
  /** Revenue account of freight that is charged. */
  readonly freightAccountCode: string;
  /** Tax type of every line; `NONE` books without sales tax. */
  readonly taxType: string;
  /** Tax type of a line whose tax somebody else has calculated, and is not zero. */
  readonly taxedType: string;
};

type WriterDeps = InvoiceDeps & { readonly reader: InvoiceReader; readonly rules: BookingRules };

const OPERATION = "PUT Invoices";
/** Both guards hold against a try that is still under way: only a look-up could come too early. */
const SETTLE_MS = 1_000;
const NUMBER_TAKEN = /invoice\s*#\s*must be unique/i;

/**
 * Two guards against billing twice: the vendor replays what it was sent under the same key, for
 * some minutes; and it takes a sales invoice number once, for good.
 */
export function createInvoiceWriter(deps: WriterDeps): InvoiceWriter {
  const { client, directory, reader, rules } = deps;

  const findInvoice: InvoiceWriter["findInvoice"] = async ({ number }, signal) => {
    const [found] = await reader.readInvoicesByNumber([number], signal);
    return found ?? null;
  };
  const created = async (answer: SourceAnswer, signal: AbortSignal) => {
    const { Invoices } = client.decode(OPERATION, answer, invoiceList);
    const [invoice] = await toInvoices(Invoices, deps, signal);
    return invoice;
  };
  /** The number is taken: by an earlier try of this draft, or by something else. */
  const settleTaken = async (
    draft: InvoiceDraft,
    answer: SourceAnswer,
    signal: AbortSignal,
  ): Promise<WriteOutcome<Invoice>> => {
    const found = await findInvoice(draft, signal);
    if (found === null) throw unexpected(client.name, OPERATION, answer);
    if (isOf(found, draft)) return { kind: "done", document: found };
    const message = `Invoice ${draft.number} exists in finance and is not this one.`;
    return { kind: "refused", code: "REFUSED", message };
  };

  return {
    idempotency: "native",
    settleMs: SETTLE_MS,
    findInvoice,
    async createInvoice(draft, idempotencyKey, signal) {
      const contactId = await directory.idOf(draft.customerNumber, signal);
      if (contactId === null) {
        const message = `Finance has no customer ${draft.customerNumber}.`;
        return { kind: "refused", code: "UNKNOWN_CUSTOMER", message };
      }
      const answer = await client.put(
        {
          path: "/Invoices",
          query: FINE_UNITS,
          body: { Invoices: [toBody(draft, contactId, rules)] },
          idempotencyKey: fitKey(idempotencyKey),
        },
        signal,
      );
      if (answer.status === 200) {
        const document = await created(answer, signal);
        if (document === undefined) throw unexpected(client.name, OPERATION, answer);
        return { kind: "done", document };
      }
      if (answer.status !== 400) throw unexpected(client.name, OPERATION, answer);
      const refusal = refusalOf(answer);
      // No list of errors: the key came before, with a draft that reads differently.
      const isTaken =
        refusal === null || messagesOf(answer).some((message) => NUMBER_TAKEN.test(message));
      return isTaken ? settleTaken(draft, answer, signal) : refusal;
    },
  };
}

function toBody(draft: InvoiceDraft, contactId: string, rules: BookingRules) {
  return {
    Type: "ACCREC",
    Status: "AUTHORISED",
    InvoiceNumber: draft.number,
    Reference: draft.orderNumber,
    Contact: { ContactID: contactId },
    Date: draft.issuedOn,
    DueDate: draft.dueOn,
    CurrencyCode: draft.currency,
    LineAmountTypes: "Exclusive",
    LineItems: [
      ...draft.lines.map((line) => ({
        ItemCode: line.sku,
        Description: markDescription(line.description, {
          orderLineNumber: line.orderLineNumber,
          uom: line.quantity.uom,
        }),
        Quantity: exactNumber(line.quantity.value),
        UnitAmount: exactNumber(line.unitPrice.amount),
        AccountCode: rules.salesAccountCode,
        ...taxOf(line.tax ?? null, rules),
      })),
      ...(draft.freight === undefined ? [] : [freightLine(draft.freight, rules)]),
      ...(draft.surcharge === undefined ? [] : [surchargeLine(draft.surcharge, rules)]),
    ],
  };
}

function freightLine({ amount, tax }: NonNullable<InvoiceDraft["freight"]>, rules: BookingRules) {
  return {
    Description: FREIGHT_DESCRIPTION,
    Quantity: 1,
    UnitAmount: exactNumber(amount.amount),
    AccountCode: rules.freightAccountCode,
    ...taxOf(tax, rules),
  };
}

function surchargeLine(
  { description, amount }: NonNullable<InvoiceDraft["surcharge"]>,
  { salesAccountCode }: BookingRules,
) {
  return {
    Description: description,
    Quantity: 1,
    UnitAmount: exactNumber(amount.amount),
    AccountCode: salesAccountCode,
    TaxType: EXEMPT,
  };
}

/** The vendor takes a tax amount as it is given; without one it computes what the type's rate says. */
function taxOf(tax: Money | null, { taxType, taxedType }: BookingRules) {
  if (tax === null) return { TaxType: taxType };
  if (isZero(tax.amount)) return { TaxType: EXEMPT };
  return { TaxType: taxedType, TaxAmount: exactNumber(tax.amount) };
}

/** Of every organisation of the vendor: what is not taxed at all. */
const EXEMPT = "NONE";

/** Whether an invoice in finance is what the draft asked for: same order, customer and amount. */
function isOf(invoice: Invoice, draft: InvoiceDraft): boolean {
  const goods = addDecimals(
    draft.surcharge?.amount.amount ?? ZERO,
    ...draft.lines.map(({ unitPrice, quantity }) => extendPrice(unitPrice, quantity.value).amount),
  );
  const freight = draft.freight?.amount.amount ?? ZERO;
  return (
    invoice.status !== "VOID" &&
    invoice.customerNumber === draft.customerNumber &&
    invoice.orderNumbers.includes(draft.orderNumber) &&
    compareDecimals(invoice.subtotal.amount, goods) === 0 &&
    compareDecimals(invoice.freight?.amount ?? ZERO, freight) === 0
  );
}
