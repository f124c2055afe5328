export { createXeroSystem, xeroBudget } from "./xero-system.ts";
export type { XeroOptions } from "./xero-system.ts";
