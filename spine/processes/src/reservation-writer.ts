import {
  stockSubject,
  type HeldStock,
  type Instant,
  type OrderId,
  type Reservation,
  type ReservationId,
  type Sku,
} from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import { reservationOf, sumHeld } from "./reservation-book-postgres.ts";

/**
 * Waits until nobody else is setting stock of the product aside, and keeps others waiting until this
 * transaction ends. One product per transaction: two in crossing order would wait for each other.
 * @param when the present, and when the warehouses were asked: what was handed over to them since is not in
 * what they said
 * @returns what is held of it; read after the lock, so nothing that was decided before is missing
 */
export async function lockHeld(
  trx: LedgerTransaction,
  sku: Sku,
  when: { readonly at: Instant; readonly askedAt: Instant },
): Promise<readonly HeldStock[]> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${stockSubject(sku)}, 0))`.execute(trx);
  const held = (await sumHeld(trx, [sku], when.at)).get(sku) ?? [];
  return [...held, ...(await handedOverSince(trx, sku, when.askedAt))];
}

async function handedOverSince(
  trx: LedgerTransaction,
  sku: Sku,
  since: Instant,
): Promise<readonly HeldStock[]> {
  const rows = await trx
    .selectFrom("reservations")
    .selectAll()
    .where("sku", "=", sku)
    .where("status", "=", "CONSUMED")
    .where("handed_over_at", ">=", new Date(since))
    .execute();
  return rows.map((row) => reservationOf(row, since));
}

/** Only after `lockHeld` of its product, and within what that left. */
export async function saveReservation(
  trx: LedgerTransaction,
  reservation: Reservation,
  taken: { readonly clientId: string; readonly at: Instant },
): Promise<void> {
  const { id, sku, warehouse, quantity, customerNumber, status, expiresAt } = reservation;
  await trx
    .insertInto("reservations")
    .values({
      id,
      sku,
      warehouse,
      quantity: quantity.value,
      uom: quantity.uom,
      customer_number: customerNumber,
      client_id: taken.clientId,
      status,
      reserved_at: taken.at,
      expires_at: expiresAt,
      ended_at: null,
      order_id: null,
      handed_over_at: null,
    })
    .execute();
}

/**
 * Reads reservations for change: others who want to end them wait until this transaction ends. In order of
 * their ids, and before anything is accepted or appended: rows are locked before the event log.
 * @param ids at most 500 @returns those that there are
 */
export async function lockReservations(
  trx: LedgerTransaction,
  ids: readonly ReservationId[],
  now: Instant,
): Promise<readonly Reservation[]> {
  if (ids.length === 0) return [];
  const rows = await trx
    .selectFrom("reservations")
    .selectAll()
    .where("id", "in", [...ids])
    .orderBy("id")
    .forUpdate()
    .execute();
  return rows.map((row) => reservationOf(row, now));
}

/** Gives back what a HELD reservation holds; only after `lockReservations`. */
export async function markReleased(
  trx: LedgerTransaction,
  id: ReservationId,
  now: Instant,
): Promise<void> {
  await trx
    .updateTable("reservations")
    .set({ status: "RELEASED", ended_at: now })
    .where("id", "=", id)
    .execute();
}

/**
 * An order takes what HELD reservations hold, which counts as promised until the warehouse has the order;
 * only after `lockReservations`.
 */
export async function markConsumed(
  trx: LedgerTransaction,
  ids: readonly ReservationId[],
  orderId: OrderId,
  now: Instant,
): Promise<void> {
  if (ids.length === 0) return;
  await trx
    .updateTable("reservations")
    .set({ status: "CONSUMED", ended_at: now, order_id: orderId })
    .where("id", "in", [...ids])
    .execute();
}
