export type { OperationsDeps } from "./deps.ts";
export { createOperationsSubgraph } from "./operations-subgraph.ts";
export type { ObservedSource } from "./source-health.ts";
export type { SyntheticDesk } from "./synthetic-runs.ts";
export type { ObservedActivity, ObservedPartner, PartnerDesk } from "./partner-health.ts";
