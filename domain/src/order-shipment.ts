import type { OrderShipment } from "./order-state.ts";
import { hasShipped } from "./shipment.ts";

/**
 * Whether its goods have left the building, also where something holds them up on the way since: what has
 * left was billed, and neither goods nor bills come back by a message.
 */
export function isOut({ status, invoiceNumber }: OrderShipment): boolean {
  return hasShipped(status) || invoiceNumber !== null;
}
