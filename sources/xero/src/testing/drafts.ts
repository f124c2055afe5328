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
  type InvoiceDraft,
} from "@crossdock/domain";
import type { PaymentDraft } from "@crossdock/source-contract";
import type { SeededPaymentWriter } from "@crossdock/source-contract/testing";
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

/** Payments of new invoices. @param stem begins their numbers; of one use per set of books */
export function openPayments(books: OpenBooks, stem: string): SeededPaymentWriter {
  const { invoices, payments } = books.system;
  const signal = () => AbortSignal.timeout(10_000);
  let serial = 0;
  return {
    payments,
    async draft(): Promise<PaymentDraft> {
      serial += 1;
      const nth = String(serial).padStart(5, "0");
      const raised = await invoices.createInvoice(draftOf(`${stem}${nth}-1`), stem + nth, signal());
      if (raised.kind !== "done") throw new Error(raised.message);
      return {
        key: parseOrderKey(`7K3QF${nth}`),
        invoiceId: raised.document.id,
        amount: parseDecimal("100.25"),
        receivedOn: parseLocalDate("2026-11-20"),
        reference: "Cheque 4711",
      };
    },
    async readInvoice({ invoiceId }) {
      const [found] = await invoices.readInvoices([invoiceId], signal());
      if (!found) throw new Error(`${invoiceId} is not there.`);
      return found;
    },
    loseNextAnswer: async () => {
      await books.fault({ kind: "lostResponse", operation: "PUT Payments" });
    },
  };
}
