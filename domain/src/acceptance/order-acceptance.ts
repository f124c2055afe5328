/** How an order was accepted: kept with it for ever, with the rules that it was judged by. */
export type OrderAcceptance = {
  /** Name and version of the policy: `acceptance/1`. */
  readonly rules: string;
  /** The buyer wants nothing that has to wait: what is ordered was there, or the order was refused. */
  readonly inStockOnly: boolean;
  /** Its stock is set aside in our ledger until the warehouse has the order. */
  readonly isPromised: boolean;
  /** What a person, or a payment, has to decide first; empty when nothing does. */
  readonly holds: readonly AcceptanceHold[];
  /** What was taken otherwise than the buyer wrote it. */
  readonly notices: readonly AcceptanceNotice[];
};

/**
 * - `CREDIT_EXCEEDED` the account's credit does not bear it: a payment makes room
 * - `CUSTOMER_ON_HOLD` the account may not buy for now
 * - `APPROVAL_NEEDED` it is worth so much that a person has to look
 */
export const ACCEPTANCE_HOLD_CODES = [
  "CREDIT_EXCEEDED",
  "CUSTOMER_ON_HOLD",
  "APPROVAL_NEEDED",
] as const;
export type AcceptanceHoldCode = (typeof ACCEPTANCE_HOLD_CODES)[number];

export type AcceptanceHold = {
  readonly code: AcceptanceHoldCode;
  /** Fit for a buyer's and a clerk's eyes. */
  readonly reason: string;
};

/**
 * - `PRICE_ADJUSTED` the price that was expected is not ours, but near enough; ours holds
 * - `SUBSTITUTED` what was ordered is not there, and another product is sent instead
 */
export type AcceptanceNotice = {
  readonly code: "PRICE_ADJUSTED" | "SUBSTITUTED";
  readonly message: string;
  /** Path in the input, list positions counted from zero. */
  readonly field: readonly string[];
};

/** What stands in the way of an order that waits for a decision: the first part of its holds' codes. */
export const APPROVAL_STEP = "approval";
