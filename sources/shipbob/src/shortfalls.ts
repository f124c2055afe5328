import {
  addDecimals,
  hasShipped,
  isPositive,
  parseSku,
  quantity,
  subtractDecimals,
  ZERO,
  type OrderNumber,
  type Shipment,
  type ShipmentId,
  type Shortfall,
  type ShortfallReason,
} from "@crossdock/domain";
import type { OrderDocument, ShipmentDocument } from "./order-document.ts";
import { shipmentIdOf } from "./references.ts";
import { COUNTING_UNIT } from "./stock-levels.ts";

/** Details of a shipment that say why it has less than was ordered. */
const REASONS: Readonly<Record<string, ShortfallReason>> = {
  ShortPicked: "SHORT_PICK",
  Damaged: "DAMAGED",
  WrongLot: "WRONG_LOT",
};

/** The words of a shipment about what it lacks. */
export function shortWordsOf({ status_details: details }: ShipmentDocument): string[] {
  return (details ?? []).flatMap(({ name, description }) =>
    name != null && name in REASONS ? [description ?? name] : [],
  );
}

/**
 * What the warehouse was told to send and will not. The vendor has no document of it: an order names what was asked,
 * its shipments what they have. What is in none of them is short, at the shipment that says so; of an order that has
 * left whole but for that, at the last one, whose shelf was short.
 * @param shipments of this order, as far as they are ours, without their shortfalls
 */
export function shortfallsOf(
  order: OrderDocument,
  shipments: readonly Shipment[],
  orderNumber: OrderNumber,
): ReadonlyMap<ShipmentId, readonly Shortfall[]> {
  const told = (order.shipments ?? []).flatMap((document) =>
    (document.status_details ?? []).flatMap(({ name, inventory_id: inventoryId }) => {
      const reason = REASONS[name ?? ""];
      if (reason === undefined) return [];
      return [
        { id: shipmentIdOf(order.id, document.id), reason, inventoryId: inventoryId ?? null },
      ];
    }),
  );
  const live = shipments.filter(({ status }) => status !== "CANCELLED");
  const lastOut = live.every(({ shippedAt, status }) => shippedAt !== null || hasShipped(status))
    ? live.at(-1)
    : undefined;
  const names = new Set((order.products ?? []).map(({ id }) => id ?? null));
  const byShipment = new Map<ShipmentId, Shortfall[]>();
  for (const [at, product] of (order.products ?? []).entries()) {
    const name = product.sku ?? product.reference_id;
    if (product.quantity == null || name == null) continue;
    const lineNumber = product.external_line_id ?? at + 1;
    const packed = shipments
      .flatMap(({ lines }) => lines)
      .filter((line) => line.lineNumber === lineNumber)
      .map((line) => line.quantity.value);
    const missing = subtractDecimals(product.quantity, addDecimals(ZERO, ...packed));
    if (!isPositive(missing)) continue;
    const found =
      told.find(({ inventoryId }) => inventoryId !== null && inventoryId === product.id) ??
      told.find(({ inventoryId }) => !names.has(inventoryId));
    const id = found?.id ?? lastOut?.id;
    if (id === undefined) continue;
    const shortfall: Shortfall = {
      orderNumber,
      lineNumber,
      sku: parseSku(name),
      quantity: quantity(missing, COUNTING_UNIT),
      reason: found?.reason ?? "SHORT_PICK",
    };
    byShipment.set(id, [...(byShipment.get(id) ?? []), shortfall]);
  }
  return byShipment;
}
