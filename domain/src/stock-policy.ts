import type { Decimal } from "./decimal.ts";
import type { StockOwnership } from "./stock.ts";

/** What a warehouse's stock is to the distributor. */
export type StockStanding = {
  readonly ownership: StockOwnership;
  /** Whether orders and reservations may be promised of it. */
  readonly countsTowardsAtp: boolean;
};

/** How far a count may be from the books before a person has to agree to it; more than either is too far. */
export type CountTolerance = {
  /** In base units. */
  readonly units: Decimal;
  /** Of what the books say, 0 to 1; `null`: only the units count. */
  readonly share: Decimal | null;
};

/** What the distributor has decided about stock. */
export type StockPolicy = {
  /** By code; a warehouse that is not here holds its own stock, which can be promised. */
  readonly warehouses: Readonly<Record<string, StockStanding>>;
  /** `null`: every count is entered. */
  readonly countTolerance: CountTolerance | null;
};

/** All stock is the distributor's own and can be promised, and every count is entered. */
export const PLAIN_STOCK_POLICY: StockPolicy = { warehouses: {}, countTolerance: null };

const OWN: StockStanding = { ownership: "OWN", countsTowardsAtp: true };

/** The standing of the stock in a warehouse. */
export function standingIn({ warehouses }: StockPolicy, warehouse: string): StockStanding {
  return Object.hasOwn(warehouses, warehouse) ? (warehouses[warehouse] ?? OWN) : OWN;
}
