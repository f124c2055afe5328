import type { WarehouseCode } from "../identifiers.ts";
import type { Quantity } from "../quantity.ts";
import type { LocalDate } from "../time.ts";

/** What of an order each warehouse sends, and what has to wait. It is kept with the order for ever, with the rule that made it. */
export type SourcingPlan = {
  /** Name and version, e.g. `fewest-shipments/1`: the same stock and the same rule give the same plan. */
  readonly rule: string;
  /** The buyer wants all of it at once: nothing is released before everything is there. */
  readonly shipComplete: boolean;
  /** The buyer wants it from this warehouse and from no other; left out: from wherever it is. */
  readonly onlyFrom?: WarehouseCode;
  readonly assignments: readonly SourcingAssignment[];
  readonly backorders: readonly SourcingBackorder[];
};

/** A part of one line that one warehouse sends. */
export type SourcingAssignment = {
  readonly lineNumber: number;
  readonly warehouse: WarehouseCode;
  /** In base units. */
  readonly quantity: Quantity;
  /** Why this warehouse, in plain words. */
  readonly reason: string;
};

/** A part of one line that no warehouse has. */
export type SourcingBackorder = {
  readonly lineNumber: number;
  /** In base units. */
  readonly quantity: Quantity;
  /** When it is expected to be there; `null` when nothing announced tells. */
  readonly promisedOn: LocalDate | null;
  /** Why it waits, in plain words. */
  readonly reason: string;
  /**
   * No warehouse that may send it has any, and no supplier has announced enough: it waits for nothing. Left out, or false: nobody
   * has looked yet, or something is coming.
   */
  readonly isUnsourced?: boolean;
};
