import type { ShipmentId, Sku, WarehouseCode } from "../identifiers.ts";
import { isOver } from "../order-status.ts";
import type { OrderState } from "../order-state.ts";
import { compareQuantities } from "../quantity.ts";
import type { Instant } from "../time.ts";
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

const FOUND_AT: ReadonlySet<string> = new Set(["PICKED", "PACKED", "SHIPPED"]);

/**
 * Whether the people of a warehouse found too little of a product for this order since its stock was read: what was read
 * then is not there, and the order would be sent to the same empty shelf.
 */
export function fellShortSince(
  state: OrderState,
  { sku, warehouse }: { readonly sku: Sku; readonly warehouse: WarehouseCode },
  readAt: Instant,
): boolean {
  const numbers = openShortfalls(state)
    .filter(({ shipmentId, shortfalls }) => {
      const shipment = state.shipments.find(({ id }) => id === shipmentId);
      if (shipment === undefined || releaseOf(state, shipment)?.warehouse !== warehouse)
        return false;
      return shortfalls.some(({ lineNumber }) =>
        state.draft.lines.some((line) => line.lineNumber === lineNumber && line.sku === sku),
      );
    })
    .map(({ shipmentNumber }) => shipmentNumber);
  return state.timeline.some(
    ({ type, note, at }) =>
      FOUND_AT.has(type) && note !== null && numbers.includes(note) && at >= readAt,
  );
}
