import {
  checkReport,
  withReport,
  type Instant,
  type Shipment,
  type ShipmentId,
  type ShipmentReport,
  type UserError,
} from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import { isDeepStrictEqual } from "node:util";
import type { CommandEffects } from "./command-journal.ts";
import { idsOfNumbers } from "./order-book-writer.ts";
import { lockShipments, saveShipments } from "./shipment-book-postgres.ts";
import { customerOfShipment, shipmentEffectsOf, shipmentEventOf } from "./shipment-progress.ts";

/** A shipment as its warehouse showed it. */
export type SeenShipment = { readonly shipment: Shipment; readonly seenAt: Instant };

export type RecordedReport =
  | { readonly kind: "refused"; readonly userErrors: readonly UserError[] }
  /** `effects` are for the journal of the command; empty when the report changed nothing. */
  | { readonly kind: "recorded"; readonly effects: CommandEffects };

/**
 * Takes what a carrier or a warehouse reports into the shipment book, judged over the row as it is in this
 * transaction. Locks the book; orders and the event log follow, when the effects are applied.
 * @param seen what the book begins with when it has not heard of the shipment
 */
export async function recordReport(
  trx: LedgerTransaction,
  id: ShipmentId,
  report: ShipmentReport,
  { seen, now }: { readonly seen: SeenShipment; readonly now: Instant },
): Promise<RecordedReport> {
  const before = (await lockShipments(trx, [id])).get(id) ?? null;
  const known = before ?? seen.shipment;
  const userErrors = checkReport(known, report, now);
  if (userErrors.length > 0) return { kind: "refused", userErrors };

  const shipment = withReport(known, report);
  if (before !== null && isDeepStrictEqual(shipment, before)) return recorded({});
  const orders = await idsOfNumbers(trx, shipment.orderNumbers);
  const customerNumber = customerOfShipment(shipment, orders);
  await saveShipments(trx, [{ shipment, customerNumber }], seen.seenAt);
  if (before?.status === shipment.status) return recorded({});
  return recorded({
    orders: shipmentEffectsOf(shipment, orders, report.source),
    events: [shipmentEventOf(shipment, orders)],
  });
}

function recorded({ orders = [], events = [] }: Partial<CommandEffects>): RecordedReport {
  return { kind: "recorded", effects: { orders, events } };
}
