import {
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInvoiceNumber,
  parseLocalDate,
  parseOrderNumber,
  parseSku,
  parseUomCode,
  type InvoiceDraft,
} from "@crossdock/domain";

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
