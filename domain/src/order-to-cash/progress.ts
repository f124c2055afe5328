import { addDecimals } from "../decimal.ts";
import { inOrderedUnit } from "../ordered-unit.ts";
import { isOut } from "../order-shipment.ts";
import type { OrderShipment, OrderState } from "../order-state.ts";
import type { Quantity } from "../quantity.ts";

/** What was allocated, shipped and invoiced of each line, from the shipments and their bills. */
export function withProgress(state: OrderState): OrderState {
  const posted = new Set(
    state.invoices.filter((invoice) => invoice.postedAt !== null).map((invoice) => invoice.number),
  );
  const isPosted = ({ invoiceNumber }: OrderShipment) =>
    invoiceNumber !== null && posted.has(invoiceNumber);
  const live = state.shipments.filter((shipment) => shipment.status !== "CANCELLED");
  const lines = state.draft.lines.map((line) => {
    const sum = (shipments: readonly OrderShipment[]): Quantity => {
      const pieces = shipments
        .flatMap((shipment) => shipment.lines)
        .filter(({ lineNumber }) => lineNumber === line.lineNumber)
        .map(({ quantity }) => quantity.value);
      return inOrderedUnit(line, addDecimals(...pieces));
    };
    const shipped = live.filter(isOut);
    return {
      lineNumber: line.lineNumber,
      allocated: sum(live),
      shipped: sum(shipped),
      invoiced: sum(shipped.filter(isPosted)),
    };
  });
  return { ...state, lines };
}

export function withShipment(state: OrderState, shipment: OrderShipment): OrderState {
  const known = state.shipments.some(({ id }) => id === shipment.id);
  const shipments = known
    ? state.shipments.map((other) => (other.id === shipment.id ? shipment : other))
    : [...state.shipments, shipment];
  return { ...state, shipments };
}
