import type { Instant, Shipment, ShipmentId } from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import { idsOfNumbers } from "./order-book-writer.ts";
import type { OrderProcess } from "./order-process.ts";
import { lockShipments, saveShipments } from "./shipment-book-postgres.ts";
import {
  correlationOf,
  customerOfShipment,
  shipmentEffectsOf,
  shipmentEventOf,
} from "./shipment-progress.ts";

/** A shipment that has left and not arrived, and when its warehouse showed it last. */
export type ShipmentUnderWay = { readonly shipment: Shipment; readonly seenAt: Instant };

/**
 * Shipments that a carrier has, by their ids.
 * @param after the last of the page before; `null` starts @param limit 1 to 200
 */
export async function listShipmentsUnderWay(
  { db }: Pick<Ledger, "db">,
  after: ShipmentId | null,
  limit: number,
): Promise<readonly ShipmentUnderWay[]> {
  const { rows } = await sql<{ readonly shipment: Shipment; readonly seen_at: Date }>`
    select shipment, seen_at from shipment_book
    where status in ('SHIPPED', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'EXCEPTION')
      and tracking_number is not null and shipped_at is not null
      and id > ${after ?? ""}
    order by id limit ${limit}`.execute(db);
  return rows.map(underWay);
}

/** @returns those of the numbers that a shipment has, in no special order */
export async function findShipmentsUnderWay(
  { db }: Pick<Ledger, "db">,
  trackingNumbers: readonly string[],
): Promise<readonly ShipmentUnderWay[]> {
  const { rows } = await sql<{ readonly shipment: Shipment; readonly seen_at: Date }>`
    select shipment, seen_at from shipment_book
    where tracking_number = any(${[...trackingNumbers]}::text[])`.execute(db);
  return rows.map(underWay);
}

function underWay(row: { readonly shipment: Shipment; readonly seen_at: Date }): ShipmentUnderWay {
  return { shipment: row.shipment, seenAt: row.seen_at.toISOString() as Instant };
}

/**
 * Takes what a carrier tells of a shipment into its book, and to its orders, over the row as it is in this transaction.
 * @param change the shipment as it then is; the same where nothing is new
 * @returns whether something was new
 */
export async function recordCarrierNews(
  trx: LedgerTransaction,
  { shipment: { id }, seenAt }: ShipmentUnderWay,
  change: (known: Shipment) => Shipment,
  context: {
    readonly process: Pick<OrderProcess, "applyAll">;
    /** Who tells of it. */
    readonly source: string;
    /** Where no order that we took is in it. */
    readonly correlationId: string;
  },
): Promise<boolean> {
  const before = (await lockShipments(trx, [id])).get(id);
  if (before === undefined) return false;
  const shipment = change(before);
  if (shipment === before) return false;
  const orders = await idsOfNumbers(trx, shipment.orderNumbers);
  const customerNumber = customerOfShipment(shipment, orders);
  await saveShipments(trx, [{ shipment, customerNumber }], seenAt);
  if (before.status === shipment.status) return true;
  const its = shipment.orderNumbers.map((number) => orders.get(number));
  const correlationId = correlationOf(its) ?? context.correlationId;
  await context.process.applyAll(trx, [
    {
      effects: shipmentEffectsOf(shipment, orders, context.source),
      also: [shipmentEventOf(shipment, orders)],
      trace: { correlationId, causationId: null },
    },
  ]);
  return true;
}
