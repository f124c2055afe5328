export { BUSINESS_CENTRAL_BUDGET, createBusinessCentralSystem } from "./business-central-system.ts";
export type { BusinessCentralOptions } from "./business-central-system.ts";
