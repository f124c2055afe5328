import { isOpenInvoice, refuseClosedInvoice } from "./invoice-checks.ts";
import type { InvoiceId } from "./identifiers.ts";
import type { Invoice, InvoiceStatus } from "./invoice.ts";
import type { Instant } from "./time.ts";
import { refusal, type UserError } from "./user-error.ts";

/** A customer does not agree with an invoice. It is closed when the invoice is settled. */
export type Dispute = {
  readonly invoiceId: InvoiceId;
  /** In the customer's words. */
  readonly reason: string;
  readonly openedAt: Instant;
};

/** Why an invoice cannot be disputed now, as far as its own state says. */
export function checkDispute(invoice: Invoice): UserError[] {
  return isOpenInvoice(invoice) ? [] : [refuseClosedInvoice(invoice)];
}

/** One dispute of an invoice at a time: a second voice would only hide the first. */
export function refuseSecondDispute({ openedAt }: Dispute): UserError {
  const message = `This invoice is disputed already, since ${openedAt}.`;
  return refusal("INVALID_STATUS", message, ["invoiceId"]);
}

/** What a reader is told: finance knows no dispute, and one that is open comes before being late. */
export function statusWithDispute(
  invoice: Pick<Invoice, "status">,
  dispute: Dispute | null,
): InvoiceStatus {
  return dispute !== null && isOpenInvoice(invoice) ? "DISPUTED" : invoice.status;
}
