/** Codes of business refusals. Stable: portals translate them. */
export type UserErrorCode =
  | "CUSTOMER_ON_HOLD"
  | "CREDIT_EXCEEDED"
  | "UNKNOWN_SKU"
  | "UNKNOWN_CUSTOMER"
  | "UNKNOWN_WAREHOUSE"
  | "UNKNOWN_ORDER"
  | "UNKNOWN_SHIPMENT"
  | "UNKNOWN_INVOICE"
  | "UNKNOWN_RECEIPT"
  | "UNKNOWN_RESERVATION"
  | "UNKNOWN_RETURN"
  /** A line that its document does not have. */
  | "UNKNOWN_LINE"
  | "PRICE_MISMATCH"
  | "INSUFFICIENT_STOCK"
  | "INVALID_QUANTITY"
  | "INVALID_UOM"
  | "INVALID_ADDRESS"
  | "INVALID_VALUE"
  | "EMPTY_ORDER"
  | "TOO_MANY_LINES"
  | "IDEMPOTENCY_CONFLICT"
  /** Rules of the channel that it came in by. */
  | "MINIMUM_ORDER_VALUE"
  | "ITEM_NOT_ALLOWED"
  | "CUT_OFF_PASSED"
  /** Nothing is wrong with it; another one of the same call was refused. */
  | "BATCH_REFUSED"
  | "NOT_CANCELLABLE"
  | "NOT_AMENDABLE"
  | "NOT_RETURNABLE"
  /** It waits for nobody's decision, or not for this one. */
  | "NOT_HELD"
  | "INVOICE_NOT_OPEN"
  | "EXCEEDS_BALANCE"
  /** A step back, or one that its document is past. */
  | "INVALID_STATUS"
  /** Right in itself, but none of the systems behind us can do it. */
  | "NOT_SUPPORTED"
  | "ALREADY_INVOICED"
  | "PERIOD_CLOSED";

/** Why an input was refused before anything was accepted. `field` is the path in the input. */
export type UserError = {
  readonly code: UserErrorCode;
  readonly message: string;
  readonly field: readonly string[] | null;
};

/** @param field path in the input, list positions counted from zero; `null` for the whole input */
export function refusal(
  code: UserErrorCode,
  message: string,
  field: readonly string[] | null,
): UserError {
  return { code, message, field };
}
