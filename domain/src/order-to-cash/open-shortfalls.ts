import type { ShipmentId } from "../identifiers.ts";
import { isOver } from "../order-status.ts";
import type { OrderState } from "../order-state.ts";
import { compareQuantities } from "../quantity.ts";
import { releaseOf } from "./allocation.ts";
import type { LineShortfall } from "./events.ts";

/** A shipment that fell short of something that its order still waits for. */
export type OpenShortfall = {
  readonly shipmentId: ShipmentId;
  readonly shipmentNumber: string;
  /** At least one; of lines that have not left whole. */
  readonly shortfalls: readonly LineShortfall[];
};

/**
 * What warehouses fell short of and nobody has made good yet. It is over when the rest has left from wherever it was found,
 * and when nobody wants it any more: the line was changed, its release taken back, or the order is over.
 */
export function openShortfalls(state: OrderState): readonly OpenShortfall[] {
  if (isOver(state)) return [];
  const isWaiting = (lineNumber: number) => {
    const line = state.draft.lines.find((other) => other.lineNumber === lineNumber);
    const progress = state.lines.find((other) => other.lineNumber === lineNumber);
    return (
      line !== undefined &&
      progress !== undefined &&
      compareQuantities(progress.shipped, line.ordered) < 0
    );
  };
  return state.shipments.flatMap((shipment) => {
    if (releaseOf(state, shipment)?.status === "UNDONE") return [];
    const shortfalls = (shipment.shortfalls ?? []).filter(({ lineNumber }) =>
      isWaiting(lineNumber),
    );
    if (shortfalls.length === 0) return [];
    return [{ shipmentId: shipment.id, shipmentNumber: shipment.number, shortfalls }];
  });
}
