import {
  instantOf,
  type Instant,
  type OrderId,
  type OrderNumber,
  type Sku,
} from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import { sql } from "kysely";

/** Where a walk in order of time stands. */
export type Place = { readonly at: string; readonly id: string };

type Db = Pick<Ledger, "db">;

/** A page of a walk through a book. `next` is null after the last. */
export type KeyPage<Key> = { readonly keys: readonly Key[]; readonly next: Place | null };

/** Products of the catalogue by sku; it has all that stock is kept of. */
export async function walkSkus(
  { db }: Db,
  after: string | null,
  first: number,
): Promise<readonly Sku[]> {
  const rows = await db
    .selectFrom("product_book")
    .select("sku")
    .where("sku", ">", after ?? "")
    .orderBy("sku")
    .limit(first)
    .execute();
  return rows.map(({ sku }) => sku as Sku);
}

export async function countProducts({ db }: Db): Promise<number> {
  const row = await db
    .selectFrom("product_book")
    .select(({ fn }) => fn.countAll<string>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Orders of which something left at or after `since`, by the shipments' time. */
export async function walkShippedOrders(
  { db }: Db,
  since: Instant,
  after: Place | null,
  first: number,
): Promise<KeyPage<OrderNumber>> {
  const { rows } = await sql<{
    readonly id: string;
    readonly at: Date;
    readonly order_numbers: readonly string[];
  }>`
    select id, shipped_at as at, order_numbers from shipment_book
    where shipped_at is not null and shipped_at >= ${since}
      and (${after === null} or (shipped_at, id) > (${after?.at ?? since}::timestamptz, ${after?.id ?? ""}))
    order by shipped_at, id
    limit ${first}`.execute(db);
  const keys = [...new Set(rows.flatMap((row) => row.order_numbers))] as OrderNumber[];
  return { keys, next: nextPlace(rows, first) };
}

export async function countShipped({ db }: Db, since: Instant): Promise<number> {
  const { rows } = await sql<{ readonly count: string }>`
    select count(*) as count from shipment_book
    where shipped_at is not null and shipped_at >= ${since}`.execute(db);
  return Number(rows[0]?.count ?? 0);
}

export type OrderName = { readonly id: OrderId; readonly number: OrderNumber };

/**
 * Numbered orders that were placed at or after `since`, or before and are not over.
 * @param isOld those before `since` that are not over; else those since then
 */
export async function walkOrders(
  { db }: Db,
  { since, isOld }: { readonly since: Instant; readonly isOld: boolean },
  after: Place | null,
  first: number,
): Promise<KeyPage<OrderName>> {
  const within = isOld
    ? sql<boolean>`placed_at < ${since} and status not in ('INVOICED', 'CLOSED', 'CANCELLED', 'REJECTED')`
    : sql<boolean>`placed_at >= ${since}`;
  const { rows } = await sql<{
    readonly id: string;
    readonly number: string | null;
    readonly at: Date;
  }>`
    select id, number, placed_at as at from order_book
    where ${within}
      and (${after === null} or (placed_at, id) > (${after?.at ?? since}::timestamptz, ${after?.id ?? ""}))
    order by placed_at, id
    limit ${first}`.execute(db);
  const keys = rows.flatMap(({ id, number }) =>
    number === null ? [] : [{ id: id as string as OrderId, number: number as OrderNumber }],
  );
  return { keys, next: nextPlace(rows, first) };
}

export async function countOrders({ db }: Db, since: Instant): Promise<number> {
  const { rows } = await sql<{ readonly count: string }>`
    select (select count(*) from order_book where placed_at >= ${since} and number is not null)
      + (select count(*) from order_book where placed_at < ${since} and number is not null
          and status not in ('INVOICED', 'CLOSED', 'CANCELLED', 'REJECTED')) as count`.execute(db);
  return Number(rows[0]?.count ?? 0);
}

/** Bills that were issued on that day or later. @param since the day, `YYYY-MM-DD` */
export async function countInvoices({ db }: Db, since: string): Promise<number> {
  const { rows } = await sql<{ readonly count: string }>`
    select count(*) as count from invoice_book
    where coalesce(issued_on, '0001-01-01'::date) >= ${since}::date`.execute(db);
  return Number(rows[0]?.count ?? 0);
}

function nextPlace(
  rows: readonly { readonly at: Date; readonly id: string }[],
  first: number,
): Place | null {
  const last = rows.at(-1);
  return last === undefined || rows.length < first ? null : { at: instantOf(last.at), id: last.id };
}
