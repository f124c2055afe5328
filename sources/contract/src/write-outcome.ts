import type { LastAnswer } from "@crossdock/domain";

/** What a source said to a write. A source that did not say throws (see errors.ts). */
export type WriteOutcome<Done> = { readonly kind: "done"; readonly document: Done } | Refused;

/** The source said no: an answer, never sent again by itself. */
export type Refused = {
  readonly kind: "refused";
  readonly code: RefusalCode;
  /** Fit for a clerk's eyes. */
  readonly message: string;
  /** In the source's own words; left out when it did not have to be asked. */
  readonly lastAnswer?: LastAnswer;
};

export type RefusalCode =
  | "CUSTOMER_ON_HOLD"
  | "CREDIT_EXCEEDED"
  | "UNKNOWN_CUSTOMER"
  | "UNKNOWN_SKU"
  | "ITEM_BLOCKED"
  | "INVALID_UOM"
  | "UNKNOWN_WAREHOUSE"
  | "UNKNOWN_ACCOUNT"
  | "UNKNOWN_TAX_CODE"
  /** Where it is delivered to is no place that the source finds. */
  | "INVALID_ADDRESS"
  | "INVALID_QUANTITY"
  | "PERIOD_CLOSED"
  | "UNKNOWN_INVOICE"
  /** Voided, deleted or not yet posted: money cannot be applied to it. */
  | "INVOICE_NOT_OPEN"
  | "EXCEEDS_BALANCE"
  | "UNKNOWN_SHIPMENT"
  | "UNKNOWN_RECEIPT"
  /** Too late: its goods are picked, or gone. */
  | "NOT_CANCELLABLE"
  | "NOT_AMENDABLE"
  /** Right in itself, and so unlikely that a person has to agree to it. */
  | "COUNT_OUT_OF_TOLERANCE"
  | "ALREADY_INVOICED"
  | "REFUSED";

/** Codes of records that the source lacks, or keeps blocked. */
const MASTER_DATA: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  "UNKNOWN_CUSTOMER",
  "UNKNOWN_SKU",
  "ITEM_BLOCKED",
  "INVALID_UOM",
  "UNKNOWN_WAREHOUSE",
  "UNKNOWN_ACCOUNT",
  "UNKNOWN_TAX_CODE",
  "INVALID_ADDRESS",
]);

/**
 * Whether a refusal is the business's word, or master data that a person repairs at the source and the
 * same document then goes through (docs/decisions/0009-error-classes.md).
 */
export function classOfRefusal(code: RefusalCode): "BUSINESS_RULE" | "MASTER_DATA" {
  return MASTER_DATA.has(code) ? "MASTER_DATA" : "BUSINESS_RULE";
}

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
