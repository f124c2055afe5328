import { addDecimals, minDecimal, ZERO } from "./decimal.ts";
import { quantity, zeroQuantity, type Quantity } from "./quantity.ts";
import type { Package, Shipment, ShipmentLine } from "./shipment.ts";

export type DeliveredLine = ShipmentLine & {
  /** How much of it has arrived, in its unit. */
  readonly deliveredQuantity: Quantity;
};

/** What has arrived of each line of a shipment: all with the shipment, before that what the packages that did hold. */
export function deliveredLines(shipment: Shipment): readonly DeliveredLine[] {
  const arrived = shipment.packages
    .filter(({ deliveredAt = null }) => deliveredAt !== null)
    .flatMap(({ lines }) => lines);
  return shipment.lines.map((line) => {
    if (shipment.status === "DELIVERED") return { ...line, deliveredQuantity: line.quantity };
    const pieces = arrived
      .filter((other) => isSameGoods(line, other))
      .map((other) => other.quantity.value);
    const value = minDecimal(addDecimals(ZERO, ...pieces), line.quantity.value);
    return { ...line, deliveredQuantity: quantity(value, line.quantity.uom) };
  });
}

/** The lines of one of its packages, which arrives whole. */
export function deliveredLinesOfPackage(
  { status }: Shipment,
  { lines, deliveredAt = null }: Package,
): readonly DeliveredLine[] {
  const hasArrived = status === "DELIVERED" || deliveredAt !== null;
  return lines.map((line) => ({
    ...line,
    deliveredQuantity: hasArrived ? line.quantity : zeroQuantity(line.quantity.uom),
  }));
}

function isSameGoods(one: ShipmentLine, other: ShipmentLine): boolean {
  return (
    one.orderNumber === other.orderNumber &&
    one.lineNumber === other.lineNumber &&
    one.lot === other.lot
  );
}
