import type { CustomerNumber, Instant } from "@crossdock/domain";
import { invoiceChanged, type NewEvent } from "@crossdock/events";

/** A change of one invoice, as whoever saw or made it knows it. */
export type ToldInvoice = ReturnType<(typeof invoiceChanged)["parse"]> & {
  readonly customerNumber: CustomerNumber;
  readonly at: Instant;
};

/** What those who follow an invoice are told. */
export function invoiceChangedEvent({ customerNumber, at, ...data }: ToldInvoice): NewEvent {
  return invoiceChanged.create(data, { occurredAt: at, customerNumber });
}
