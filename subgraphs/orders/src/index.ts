export type { OrdersDeps } from "./deps.ts";
export { createOrdersSubgraph } from "./orders-subgraph.ts";
