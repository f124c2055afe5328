import { quantity, type Decimal, type Instant, type UomCode } from "@crossdock/domain";
import type { inventoryChanged } from "@crossdock/events";
import { toldPositionOf, type StockRecord } from "@crossdock/processes";
import type { InventoryEventView, PositionView } from "./models.ts";

type InventoryChanged = ReturnType<(typeof inventoryChanged)["parse"]>;

/** @param told.source who told the stock that the event carries */
export function inventoryEventOf(
  data: InventoryChanged,
  told: { readonly cursor: string; readonly occurredAt: Instant; readonly source: string },
): InventoryEventView {
  const { change: type, delta, sku, warehouse } = data;
  const { cursor, occurredAt, source } = told;
  const position = positionIn({ ...data, uom: delta.uom }, source);
  return { cursor, type, occurredAt, delta, sku, warehouse, position };
}

/** Nothing happened: how it stands. */
export function stockEventOf(
  record: StockRecord,
  told: { readonly cursor: string; readonly occurredAt: Instant; readonly source: string },
): InventoryEventView {
  const { sku, warehouse, onHand } = record.level;
  const { source, ...at } = told;
  const stock = { sku, warehouse, uom: onHand.uom, position: toldPositionOf(record) };
  const position = positionIn(stock, source);
  return { ...at, type: "SNAPSHOT", delta: null, sku, warehouse, position };
}

function positionIn(
  {
    sku,
    warehouse,
    uom,
    position,
  }: Pick<InventoryChanged, "sku" | "warehouse" | "position"> & { readonly uom: UomCode },
  source: string,
): PositionView | null {
  if (position === null) return null;
  const of = (value: Decimal) => quantity(value, uom);
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
