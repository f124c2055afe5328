/** Who can lift what is in the way. */
export type BlockerOwner = "customer" | "warehouse" | "finance" | "operator" | "source";

const OWNERS: Readonly<Record<string, BlockerOwner>> = {
  CUSTOMER_ON_HOLD: "finance",
  CREDIT_EXCEEDED: "finance",
  PERIOD_CLOSED: "finance",
  EXCEEDS_BALANCE: "finance",
  INVOICE_NOT_OPEN: "finance",
  INVALID_QUANTITY: "customer",
  INVALID_ADDRESS: "customer",
  WAREHOUSE_EXCEPTION: "warehouse",
  SHIPMENT_CANCELLED: "warehouse",
  SOURCE_UNAVAILABLE: "source",
  RATE_LIMITED: "source",
};

/** By what is wrong; a failure that says nothing of that is for the people who run the API. */
export function ownerOf({ code }: { readonly code: string }): BlockerOwner {
  return OWNERS[code] ?? "operator";
}
