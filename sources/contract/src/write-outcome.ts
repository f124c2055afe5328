/** What a source said to a write. A source that did not say throws (see errors.ts). */
export type WriteOutcome<Done> =
  | { readonly kind: "done"; readonly document: Done }
  /** The business said no: an answer, never retried. `message` is fit for a clerk's eyes. */
  | { readonly kind: "refused"; readonly code: RefusalCode; readonly message: string };

export type RefusalCode =
  | "CUSTOMER_ON_HOLD"
  | "CREDIT_EXCEEDED"
  | "UNKNOWN_CUSTOMER"
  | "UNKNOWN_SKU"
  | "INVALID_UOM"
  | "INVALID_QUANTITY"
  | "PERIOD_CLOSED"
  | "UNKNOWN_INVOICE"
  /** Voided, deleted or not yet posted: money cannot be applied to it. */
  | "INVOICE_NOT_OPEN"
  | "EXCEEDS_BALANCE"
  | "UNKNOWN_SHIPMENT"
  /** Too late: its goods are picked, or gone. */
  | "NOT_CANCELLABLE"
  | "REFUSED";

/**
 * How a writer keeps one intent from being done twice.
 * - `native`: the source itself knows our key.
 * - `probe`: it does not, but a document can be found again by our reference: look, then send.
 * - `none`: neither; an unknown outcome needs a person.
 */
export type Idempotency = "native" | "probe" | "none";

export interface Writer {
  readonly idempotency: Idempotency;
  /** How long the source may still be at work on a call whose answer was lost. */
  readonly settleMs: number;
}
