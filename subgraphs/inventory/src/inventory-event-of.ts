import { quantity, type Decimal, type Instant } from "@crossdock/domain";
import type { inventoryChanged } from "@crossdock/events";
import type { InventoryEventView, PositionView } from "./models.ts";

type InventoryChanged = ReturnType<(typeof inventoryChanged)["parse"]>;

/** @param told.source who told the stock that the event carries */
export function inventoryEventOf(
  data: InventoryChanged,
  told: { readonly cursor: string; readonly occurredAt: Instant; readonly source: string },
): InventoryEventView {
  const { change: type, delta, sku, warehouse } = data;
  const { cursor, occurredAt, source } = told;
  const position = positionIn(data, source);
  return { cursor, type, occurredAt, delta, sku, warehouse, position };
}

function positionIn(
  { sku, warehouse, delta, position }: InventoryChanged,
  source: string,
): PositionView | null {
  if (position === null) return null;
  const of = (value: Decimal) => quantity(value, delta.uom);
  return {
    sku,
    warehouse,
    onHand: of(position.onHand),
    allocated: of(position.allocated),
    inbound: of(position.inbound),
    // The event was written in the moment that it tells of; it is not read again for who comes later.
    provenance: { source, asOf: position.asOf, freshness: "CACHED" },
  };
}
