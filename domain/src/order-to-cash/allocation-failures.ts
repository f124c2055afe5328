import type { WarehouseCode } from "../identifiers.ts";
import { isOver } from "../order-status.ts";
import type { FulfilmentStep, OrderState } from "../order-state.ts";
import type { Quantity } from "../quantity.ts";
import { holdOwner } from "./timeline.ts";

/**
 * - `NO_STOCK` every warehouse that may send it was asked, none has it, and no supplier has announced enough
 * - `SHIPMENT_CANCELLED` a warehouse took its shipment back
 * - `RELEASE_REFUSED` a warehouse does not send it, and nobody asks it again
 * - `RELEASE_BLOCKED` the same, while the command that asked it waits for a person
 */
export const ALLOCATION_FAILURE_CAUSES = [
  "NO_STOCK",
  "SHIPMENT_CANCELLED",
  "RELEASE_REFUSED",
  "RELEASE_BLOCKED",
] as const;
export type AllocationFailureCause = (typeof ALLOCATION_FAILURE_CAUSES)[number];

/** A part of a line for which no rule finds a warehouse: a person has to say what becomes of it. */
export type AllocationFailure = {
  readonly lineNumber: number;
  /** In base units. */
  readonly quantity: Quantity;
  readonly cause: AllocationFailureCause;
  /** Who does not send it; `null` where nobody has it. */
  readonly warehouse: WarehouseCode | null;
  /** In plain words. */
  readonly reason: string;
};

/** Everything of the order that waits for nothing but a person's word, by line; empty for an order that the ERP does not have. */
export function allocationFailuresOf(state: OrderState): readonly AllocationFailure[] {
  if (isOver(state) || state.number === null) return [];
  return [...missingOf(state), ...state.steps.flatMap((step) => unsentOf(state, step))].sort(
    (left, right) => left.lineNumber - right.lineNumber,
  );
}

/** A release that its warehouse does not send as things stand, and that nobody is just asking for. */
export function isStopped({ holds }: OrderState, step: FulfilmentStep): boolean {
  if (step.kind !== "releaseOrder") return false;
  if (step.status === "REFUSED") return true;
  return step.status === "ASKED" && holds.some(({ code }) => isOfStep(code, step));
}

function missingOf({ sourcing, holds, shipments }: OrderState): readonly AllocationFailure[] {
  const cancelled = shipments.filter(({ id }) =>
    holds.some(({ code }) => code === `shipment-${id}:SHIPMENT_CANCELLED`),
  );
  return sourcing.backorders.flatMap(({ lineNumber, quantity, reason, isUnsourced }) => {
    const isCancelled = cancelled.some(({ lines }) =>
      lines.some((line) => line.lineNumber === lineNumber),
    );
    if (!isCancelled && isUnsourced !== true) return [];
    const cause = isCancelled ? "SHIPMENT_CANCELLED" : "NO_STOCK";
    return [{ lineNumber, quantity, cause, warehouse: null, reason }];
  });
}

function unsentOf(state: OrderState, step: FulfilmentStep): readonly AllocationFailure[] {
  if (!isStopped(state, step)) return [];
  const { warehouse, status } = step;
  const hold = state.holds.find(({ code }) => isOfStep(code, step));
  const reason = hold?.reason ?? `${warehouse ?? "The warehouse"} does not send it.`;
  const cause = status === "REFUSED" ? "RELEASE_REFUSED" : "RELEASE_BLOCKED";
  return step.lines.map(({ lineNumber, quantity }) => {
    return { lineNumber, quantity, cause, warehouse, reason };
  });
}

function isOfStep(code: string, { release }: FulfilmentStep): boolean {
  return code.startsWith(`${holdOwner("releaseOrder", release)}:`);
}
