import { mergeShipment, type Instant, type Shipment } from "@crossdock/domain";
import type { NewEvent } from "@crossdock/events";
import type { LedgerTransaction } from "@crossdock/ledger";
import { idsOfNumbers } from "./order-book-writer.ts";
import { lockShipments, saveShipments } from "./shipment-book-postgres.ts";
import { customerOfShipment, shipmentEventOf } from "./shipment-progress.ts";

/**
 * Takes shipments into their book as a warehouse has answered them to a command, merged forward: nobody has to wait for its
 * feed to read what we did ourselves. The book's lock comes before orders, as everybody takes it. What the book has not
 * heard of is left to the feed.
 * @returns what those who follow them are told
 */
export async function saveAnsweredShipments(
  trx: LedgerTransaction,
  answered: readonly Shipment[],
  seenAt: Instant,
): Promise<readonly NewEvent[]> {
  if (answered.length === 0) return [];
  const known = await lockShipments(
    trx,
    answered.map(({ id }) => id),
  );
  const changed = answered.flatMap((seen) => {
    const before = known.get(seen.id);
    const shipment = before === undefined ? null : mergeShipment(before, seen);
    return shipment === null || shipment.status === before?.status ? [] : [shipment];
  });
  if (changed.length === 0) return [];
  const orders = await idsOfNumbers(trx, [
    ...new Set(changed.flatMap(({ orderNumbers }) => orderNumbers)),
  ]);
  const rows = changed.map((shipment) => ({
    shipment,
    customerNumber: customerOfShipment(shipment, orders),
  }));
  await saveShipments(trx, rows, seenAt);
  return changed.map((shipment) => shipmentEventOf(shipment, orders));
}
