import { randomUUID } from "node:crypto";
import { Decimal } from "decimal.js";
import { z } from "zod";
import { money, totalsOf } from "./amounts.ts";
import type { Books } from "./books.ts";
import type { InvoiceRow } from "./rows.ts";

const amount = z.string().regex(/^\d{1,12}(\.\d{1,4})?$/);
const change = z.strictObject({
  status: z.enum(["VOIDED"]).optional(),
  /** Of the first line. */
  quantity: amount.optional(),
  unitAmount: amount.optional(),
  totalTax: amount.optional(),
  total: amount.optional(),
  /** Another invoice of the same, under this number. */
  copyAs: z.string().min(1).optional(),
});

/**
 * The books change behind their own back: nobody is notified, and the invoice does not say that it was changed.
 * @returns false when there is no such invoice, or the change is none
 */
export function tamperWithFinance(
  books: Pick<Books, "findInvoice" | "replaceInvoice">,
  type: string,
  reference: string,
  raw: unknown,
): boolean {
  const { data } = change.safeParse(raw);
  const invoice = books.findInvoice({ number: reference });
  if (type !== "invoice" || data === undefined || invoice === undefined) return false;
  const { copyAs, ...changed } = data;
  if (copyAs !== undefined) {
    books.replaceInvoice({ ...invoice, invoiceId: randomUUID(), number: copyAs });
    return true;
  }
  books.replaceInvoice(changedInvoice(invoice, changed));
  return true;
}

function changedInvoice(
  invoice: InvoiceRow,
  { status, quantity, unitAmount, totalTax, total }: Omit<z.output<typeof change>, "copyAs">,
): InvoiceRow {
  const lines = invoice.lines.map((line, at) => {
    if (at > 0 || (quantity === undefined && unitAmount === undefined)) return line;
    const pieces = quantity ?? line.quantity;
    const price = unitAmount ?? line.unitAmount;
    const lineAmount = money(new Decimal(pieces).times(price));
    return { ...line, quantity: pieces, unitAmount: price, lineAmount };
  });
  return {
    ...invoice,
    lines,
    ...totalsOf(lines, invoice.lineAmountTypes),
    ...(totalTax === undefined ? {} : { totalTax: money(totalTax) }),
    ...(total === undefined ? {} : { total: money(total) }),
    ...(status === undefined ? {} : { status }),
  };
}
