export type { OperationsDeps } from "./deps.ts";
export { createOperationsSubgraph } from "./operations-subgraph.ts";
export type { ObservedSource } from "./source-health.ts";
