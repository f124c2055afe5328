export { createShipbobSystem, SHIPBOB_BUDGET } from "./shipbob-system.ts";
export type { ShipbobOptions } from "./shipbob-system.ts";
