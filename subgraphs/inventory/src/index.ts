export { createInventorySubgraph } from "./inventory-subgraph.ts";
export type { InventoryDeps } from "./inventory-subgraph.ts";
