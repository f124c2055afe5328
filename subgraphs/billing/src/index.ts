export { createBillingSubgraph } from "./billing-subgraph.ts";
export type { BillingDeps } from "./deps.ts";
