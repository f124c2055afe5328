export type { ShipmentsDeps } from "./deps.ts";
export { createShipmentsSubgraph } from "./shipments-subgraph.ts";
