import type { WarehouseCode } from "../identifiers.ts";
import type { OrderDraft } from "../order.ts";
import type { FulfilmentStep, OrderState } from "../order-state.ts";
import type { SourcingAssignment, SourcingBackorder, SourcingPlan } from "./sourcing-plan.ts";

/**
 * Where the goods of an order come from as it stands. What warehouses were told to send is in the order's steps; with
 * that, of each line: told and not taken back + planned + backorders = ordered.
 */
export type OrderSourcing = Pick<SourcingPlan, "rule" | "shipComplete" | "onlyFrom"> & {
  /** Decided, and no warehouse was asked yet. */
  readonly planned: readonly SourcingAssignment[];
  /** Waits for stock; one entry per line at most. */
  readonly backorders: readonly SourcingBackorder[];
  /** How often stock was found for backorders: what was decided by an older look counts no more. */
  readonly looks: number;
};

/** A part of a line with the release that sends it; `null` while its warehouse was not asked. */
export type OrderAllocation = SourcingAssignment & { readonly release: number | null };

/** Of an order whose goods all come from the warehouse that the draft names. */
const ONE_WAREHOUSE = "one-warehouse/1";

/** The sourcing that an order begins with: its plan, or all of it from the draft's warehouse. */
export function sourcingOf(draft: OrderDraft): OrderSourcing {
  const { sourcing } = draft;
  if (sourcing === undefined) {
    return {
      rule: ONE_WAREHOUSE,
      shipComplete: false,
      planned: wholeFrom(draft),
      backorders: [],
      looks: 0,
    };
  }
  const { assignments: planned, ...rest } = sourcing;
  return { ...rest, planned, looks: 0 };
}

/** Where a system keeps a line that has room for one warehouse only: the first that sends of it. */
export function warehouseOfLine(
  { sourcing, warehouse }: OrderDraft,
  lineNumber: number,
): WarehouseCode {
  const first = sourcing?.assignments.find((part) => part.lineNumber === lineNumber);
  return first?.warehouse ?? warehouse;
}

/** Every warehouse that `warehouseOfLine` names for the order. */
export function warehousesOfLines(draft: OrderDraft): readonly WarehouseCode[] {
  const codes = draft.lines.map(({ lineNumber }) => warehouseOfLine(draft, lineNumber));
  return [...new Set([draft.warehouse, ...codes])];
}

/** Everything from the one warehouse of the draft. */
export function wholeFrom({ warehouse, lines }: OrderDraft): readonly SourcingAssignment[] {
  const reason = `${warehouse} sends the whole order.`;
  return lines.map(({ lineNumber, orderedBase: quantity }) => ({
    lineNumber,
    warehouse,
    quantity,
    reason,
  }));
}

/** What a release that was written without its lines told the warehouse: the whole order. */
export function releasedWhole(draft: OrderDraft): {
  readonly warehouse: WarehouseCode;
  readonly lines: FulfilmentStep["lines"];
} {
  const lines = wholeFrom(draft).map(({ lineNumber, quantity, reason }) => ({
    lineNumber,
    quantity,
    reason,
  }));
  return { warehouse: draft.warehouse, lines };
}

/** The sourcing of an order that was written down without one. */
export function sourcingWithout(
  draft: OrderDraft,
  steps: readonly FulfilmentStep[],
): OrderState["sourcing"] {
  const newest = steps.findLast(({ kind }) => kind === "releaseOrder");
  const sourcing = sourcingOf(draft);
  const isReleased = newest !== undefined && newest.status !== "UNDONE";
  return isReleased ? { ...sourcing, planned: [] } : sourcing;
}
