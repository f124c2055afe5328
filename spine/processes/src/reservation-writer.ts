import {
  stockSubject,
  type HeldStock,
  type Instant,
  type OrderId,
  type Reservation,
  type ReservationId,
  type Sku,
  type StockPart,
} from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import { reservationOf, sumHeld } from "./reservation-book-postgres.ts";
import { stockOnItsWay } from "./stock-on-its-way.ts";

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
  const ordered = await stockOnItsWay(trx, [sku], new Map([[sku, when.askedAt]]));
  return [...held, ...ordered, ...(await handedOverSince(trx, sku, when.askedAt))];
}

/** What orders had been promised and warehouses were told of since then. */
export async function handedOverSince(
  trx: LedgerTransaction,
  sku: Sku,
  since: Instant,
): Promise<readonly StockPart[]> {
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

/**
 * Ends what orders took: what the warehouse counts now, with the release for it, is not ours to count; what an order that
 * is over never gave to a warehouse is free again. A reservation that no release of its order is for ends with the first.
 * @param orders only of these, by id; `null`: of all, those that somebody is ending now left out
 * @param limit reservations at most @returns how many
 */
export async function endPromises(
  trx: LedgerTransaction,
  { orders, at, limit }: PromiseEnding,
): Promise<number> {
  const isOne =
    orders === null ? sql`true` : sql`reservations.order_id = any(${[...orders]}::text[])`;
  const wait = orders === null ? sql`skip locked` : sql``;
  const { rows } = await sql`
    update reservations set
      status = case when ended.is_over then 'RELEASED' else reservations.status end,
      ended_at = case when ended.is_over then ${at}::timestamptz else reservations.ended_at end,
      handed_over_at = case when ended.is_over then null else ${at}::timestamptz end
    from (
      select reservations.id, not is_told and (status_of_order in ('CANCELLED', 'REJECTED')
        or is_undecided) as is_over
      from reservations
      join lateral (
        select order_book.status as status_of_order,
          jsonb_array_length(order_book.state->'shipments') > 0 as is_told,
          order_book.state @? '$.holds[*].code ? (@ starts with "approval:")'
            and reservations.expires_at <= ${at}::timestamptz as is_undecided,
          exists (
            select from jsonb_array_elements(order_book.state->'steps') as step
            where step->>'kind' = 'releaseOrder' and step->>'status' = 'ASKED'
              and step->>'warehouse' = reservations.warehouse
          ) or exists (
            select from jsonb_array_elements(order_book.state->'sourcing'->'planned') as planned
            where planned->>'warehouse' = reservations.warehouse
          ) as is_to_come
        from order_book where order_book.id = reservations.order_id
      ) as orders on true
      where reservations.status = 'CONSUMED' and reservations.handed_over_at is null
        and ${isOne}
        and (status_of_order not in
            ('SUBMITTED', 'CONFIRMED', 'ON_HOLD', 'ALLOCATED', 'BACKORDERED', 'PICKING', 'PARTIALLY_SHIPPED')
          or (is_told and not is_to_come) or is_undecided)
      order by reservations.id
      limit ${limit}
      for update of reservations ${wait}
    ) as ended
    where reservations.id = ended.id
    returning reservations.id`.execute(trx);
  return rows.length;
}

export type PromiseEnding = {
  readonly orders: readonly OrderId[] | null;
  readonly at: Instant;
  readonly limit: number;
};

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
