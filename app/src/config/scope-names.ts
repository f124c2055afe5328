import type { ReconciliationScope } from "@crossdock/domain";

/** As crossdock.yaml and a shell name what is compared. */
export const SCOPE_NAMES = {
  inventory: "INVENTORY",
  billing: "SHIPPED_NOT_INVOICED",
  totals: "INVOICE_TOTALS",
  status: "ORDER_STATUS",
} as const satisfies Readonly<Record<string, ReconciliationScope>>;
export type ScopeName = keyof typeof SCOPE_NAMES;
