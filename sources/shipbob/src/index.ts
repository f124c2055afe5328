export { createShipbobSystem, shipbobBudget } from "./shipbob-system.ts";
export type { ShipbobOptions } from "./shipbob-system.ts";
