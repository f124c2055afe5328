export { businessCentralBudget, createBusinessCentralSystem } from "./business-central-system.ts";
export type { BusinessCentralOptions } from "./business-central-system.ts";
