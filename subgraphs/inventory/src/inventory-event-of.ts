import {
  quantity,
  standingIn,
  type Decimal,
  type Instant,
  type StockPolicy,
  type UomCode,
} from "@crossdock/domain";
import type { inventoryChanged } from "@crossdock/events";
import { toldPositionOf, type StockRecord } from "@crossdock/processes";
import type { InventoryEventView, PositionView } from "./models.ts";

type InventoryChanged = ReturnType<(typeof inventoryChanged)["parse"]>;

type Telling = {
  readonly cursor: string;
  readonly occurredAt: Instant;
  /** Who told the stock that the event carries. */
  readonly source: string;
  /** What of it can be promised. */
  readonly policy: StockPolicy;
};

export function inventoryEventOf(data: InventoryChanged, told: Telling): InventoryEventView {
  const { change: type, delta, sku, warehouse } = data;
  const { cursor, occurredAt } = told;
  const position = positionIn({ ...data, uom: delta.uom }, told);
  return { cursor, type, occurredAt, delta, sku, warehouse, position };
}

/** Nothing happened: how it stands. */
export function stockEventOf(record: StockRecord, told: Telling): InventoryEventView {
  const { sku, warehouse, onHand } = record.level;
  const { cursor, occurredAt } = told;
  const stock = { sku, warehouse, uom: onHand.uom, position: toldPositionOf(record) };
  const position = positionIn(stock, told);
  return { cursor, occurredAt, type: "SNAPSHOT", delta: null, sku, warehouse, position };
}

function positionIn(
  {
    sku,
    warehouse,
    uom,
    position,
  }: Pick<InventoryChanged, "sku" | "warehouse" | "position"> & { readonly uom: UomCode },
  { source, policy }: Telling,
): PositionView | null {
  if (position === null) return null;
  const of = (value: Decimal) => quantity(value, uom);
  return {
    sku,
    warehouse,
    onHand: of(position.onHand),
    allocated: of(position.allocated),
    inbound: of(position.inbound),
    isOfEvent: true,
    countsTowardsAtp: standingIn(policy, warehouse).countsTowardsAtp,
    // The event was written in the moment that it tells of; it is not read again for who comes later.
    provenance: { source, asOf: position.asOf, freshness: "CACHED" },
  };
}
