import type { SubstitutePolicy } from "./substitutes.ts";

/** How orders are spread over warehouses. */
export type SourcingPolicy = {
  /** Which rule new orders are sourced by; the name is kept with each of them. */
  readonly rule: SourcingRule;
  /** The most warehouses that one order is sent from; 1 never splits an order. */
  readonly maxWarehousesPerOrder: number;
  /** Whether one line may come from several warehouses. */
  readonly splitLines: boolean;
  /** What may stand in for what; nothing where it is left out. */
  readonly substitutes?: SubstitutePolicy;
};

/** A rule that was used once keeps its meaning; another meaning is another version. */
export const SOURCING_RULES = ["fewest-shipments/1"] as const;
export type SourcingRule = (typeof SOURCING_RULES)[number];

/** More parcels than this for one order cost more than they please. */
export const MAX_WAREHOUSES_PER_ORDER = 5;

/** One warehouse sends the whole order. */
export const DEFAULT_SOURCING_POLICY: SourcingPolicy = {
  rule: "fewest-shipments/1",
  maxWarehousesPerOrder: 1,
  splitLines: true,
};
