export { createInventorySubgraph } from "./inventory-subgraph.ts";
export type { InventoryDeps } from "./deps.ts";
