import type { BillExceptionCode, BillingConditionCode } from "../bill.ts";
import type { ExceptionOwner } from "../exception-advice.ts";
import type { InvoiceNumber, ShipmentId } from "../identifiers.ts";
import type { OrderState } from "../order-state.ts";
import type { Instant } from "../time.ts";

/** A bill that a person has to decide about; one thing at a time. */
export type BillException = {
  readonly number: InvoiceNumber;
  readonly code: BillExceptionCode;
  /** For a clerk to read. */
  readonly detail: string;
};

/** Every bill of the order that waits for a person's decision, oldest first. */
export function billExceptionsOf({ invoices }: OrderState): readonly BillException[] {
  return invoices.flatMap(({ number, requestedAt, id, conditions }) => {
    if (requestedAt !== null || id !== null) return [];
    return conditions.flatMap(({ exception: code, detail }) =>
      code === null ? [] : [{ number, code, detail: detail ?? "" }],
    );
  });
}

/** What keeps a shipment from being billed. */
export type BillBlocker = {
  readonly invoiceNumber: InvoiceNumber;
  readonly shipmentId: ShipmentId | null;
  /** The condition that is not met. */
  readonly code: BillingConditionCode;
  /** In words that a customer-service clerk reads. */
  readonly message: string;
  readonly since: Instant;
  readonly owner: ExceptionOwner;
};

/**
 * What each bill that is not raised yet waits for: the first condition that is not met, for the others follow it.
 * Bills that finance was asked for wait for finance, and are not told here.
 */
export function billBlockersOf({ invoices }: OrderState): readonly BillBlocker[] {
  return invoices.flatMap(({ number, shipmentId, requestedAt, id, conditions }) => {
    const first = conditions.find(({ met }) => !met);
    if (requestedAt !== null || id !== null || first === undefined) return [];
    const { code, since, detail } = first;
    const message = `Bill ${number} waits: ${detail ?? ""}`;
    return [{ invoiceNumber: number, shipmentId, code, message, since, owner: OWNERS[code] }];
  });
}

const OWNERS: Readonly<Record<BillingConditionCode, ExceptionOwner>> = {
  SHIPMENT_CONFIRMED: "warehouse",
  QUANTITIES_RECONCILED: "warehouse",
  PRICE_CONFIRMED: "finance",
  FREIGHT_KNOWN: "source",
  TAX_CALCULATED: "source",
  NO_OPEN_EXCEPTION: "warehouse",
};
