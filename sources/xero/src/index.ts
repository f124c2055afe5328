export { createXeroSystem, XERO_BUDGET } from "./xero-system.ts";
export type { XeroOptions } from "./xero-system.ts";
