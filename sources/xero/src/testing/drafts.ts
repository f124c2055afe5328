import {
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInvoiceNumber,
  parseLocalDate,
  parseOrderKey,
  parseOrderNumber,
  parseSku,
  parseUomCode,
  type CreditMemoDraft,
  type Invoice,
  type InvoiceDraft,
  type InvoiceId,
} from "@crossdock/domain";
import type { PaymentDraft } from "@crossdock/source-contract";
import type {
  SeededCreditMemoWriter,
  SeededPaymentWriter,
} from "@crossdock/source-contract/testing";
import type { OpenBooks } from "./books.ts";

const USD = parseCurrencyCode("USD");

/** A bill for two lines, one of them in boxes at a price of four decimals. */
export function draftOf(number: string, changes: Partial<InvoiceDraft> = {}): InvoiceDraft {
  return {
    number: parseInvoiceNumber(number),
    customerNumber: parseCustomerNumber("C10010"),
    orderNumber: parseOrderNumber(number.replace(/-\d+$/, "")),
    currency: USD,
    issuedOn: parseLocalDate("2026-11-20"),
    dueOn: parseLocalDate("2099-12-20"),
    lines: [
      {
        orderLineNumber: 10_000,
        sku: parseSku("NG-10001"),
        description: "Hex Bolt 1/4 in",
        quantity: { value: parseDecimal("12"), uom: parseUomCode("EA") },
        unitPrice: { amount: parseDecimal("1.0375"), currency: USD },
      },
      {
        orderLineNumber: 30_000,
        sku: parseSku("NG-10002"),
        description: "Flap Wheel [line 7]",
        quantity: { value: parseDecimal("2.5"), uom: parseUomCode("BX") },
        unitPrice: { amount: parseDecimal("99.99"), currency: USD },
      },
    ],
    ...changes,
  };
}

type Raised = (stem: string) => Promise<Invoice>;

/** Raises a new invoice each time it is asked. */
function raising(books: OpenBooks): Raised {
  let serial = 0;
  return async (stem) => {
    serial += 1;
    const name = `${stem}${String(serial).padStart(5, "0")}`;
    const draft = draftOf(`${name}-1`);
    const raised = await books.system.invoices.createInvoice(
      draft,
      name,
      AbortSignal.timeout(10_000),
    );
    if (raised.kind !== "done") throw new Error(raised.message);
    return raised.document;
  };
}

async function readInvoice(books: OpenBooks, id: InvoiceId): Promise<Invoice> {
  const [found] = await books.system.invoices.readInvoices([id], AbortSignal.timeout(10_000));
  if (!found) throw new Error(`${id} is not there.`);
  return found;
}

/** Payments of new invoices. @param stem begins their numbers; of one use per set of books */
export function openPayments(books: OpenBooks, stem: string): SeededPaymentWriter {
  const raise = raising(books);
  let serial = 0;
  return {
    payments: books.system.payments,
    async draft(): Promise<PaymentDraft> {
      const { id } = await raise(stem);
      serial += 1;
      return {
        key: parseOrderKey(`7K3QF${String(serial).padStart(5, "0")}`),
        invoiceId: id,
        amount: parseDecimal("100.25"),
        receivedOn: parseLocalDate("2026-11-20"),
        reference: "Cheque 4711",
      };
    },
    readInvoice: ({ invoiceId }) => readInvoice(books, invoiceId),
    loseNextAnswer: async () => {
      await books.fault({ kind: "lostResponse", operation: "PUT Payments" });
    },
  };
}

/** Credits of a box and a half of new invoices. @param stem as of `openPayments` */
export function openCredits(books: OpenBooks, stem: string): SeededCreditMemoWriter {
  const raise = raising(books);
  return {
    creditMemos: books.system.creditMemos,
    async draft(): Promise<CreditMemoDraft> {
      const { id, number, customerNumber } = await raise(stem);
      return {
        number: `${number ?? ""}-CM1`,
        invoiceId: id,
        customerNumber,
        currency: USD,
        issuedOn: parseLocalDate("2026-11-21"),
        reason: "Damaged on the way",
        isTaxIncluded: false,
        lines: [
          {
            description: "Flap Wheel",
            sku: parseSku("NG-10002"),
            quantity: { value: parseDecimal("1.5"), uom: parseUomCode("BX") },
            unitPrice: { amount: parseDecimal("99.9999"), currency: USD },
          },
        ],
      };
    },
    readInvoice: ({ invoiceId }) => readInvoice(books, invoiceId),
    payInvoice: async ({ invoiceId }) => {
      const { balance } = await readInvoice(books, invoiceId);
      await books.book("PUT", "/Payments", {
        Payments: [
          {
            Invoice: { InvoiceID: invoiceId },
            Account: { Code: books.options.paymentAccountCode },
            Date: "2026-11-21",
            Amount: balance.amount,
          },
        ],
      });
    },
    count: async ({ number }) => {
      const query = `documents?source=finance&type=creditNote&reference=${number}`;
      return (await books.control("GET", query))["count"] as number;
    },
    loseAnswers: async (step) => {
      const operation = step === "issue" ? "PUT CreditNotes" : "PUT Allocations";
      await books.fault({ kind: "lostResponse", operation });
    },
    refuseApplying: async () => {
      await books.fault({ kind: "rateLimit", operation: "PUT Allocations" });
    },
    mend: async () => {
      await books.clearFaults();
    },
  };
}
