import { refusal, type Reservation, type UserError } from "@crossdock/domain";
import type { Submission } from "./parse-submission.ts";

/**
 * Whether an order can take the reservations that it names: still held, and of a product that it orders.
 * @param named one per name, in their order; `null` for what is not there, or not the order's to take
 */
export function checkReservations(
  { lines }: Pick<Submission, "lines">,
  named: readonly (Reservation | null)[],
): UserError[] {
  const skus = new Set(lines.map(({ sku }) => sku));
  return named.flatMap((reservation, at) => {
    const field = ["reservations", String(at)];
    if (reservation === null) {
      return [refusal("UNKNOWN_RESERVATION", "There is no such reservation.", field)];
    }
    if (reservation.status !== "HELD") return [notHeld(field)];
    if (skus.has(reservation.sku)) return [];
    const message = `The reservation is of ${reservation.sku}, which no line orders.`;
    return [refusal("INVALID_VALUE", message, field)];
  });
}

export function notHeld(field: readonly string[]): UserError {
  return refusal("INVALID_STATUS", "The reservation holds nothing any more.", field);
}
