import {
  CAUTIOUS_RETURNS,
  instantOf,
  orderSubject,
  termsOf,
  type CustomerNumber,
  type OrderId,
  type Return,
  type ReturnId,
  type ReturnLine,
  type ReturnParcel,
  type ReturnStatus,
} from "@crossdock/domain";
import type { Ledger, LedgerTables, LedgerTransaction } from "@crossdock/ledger";
import { sql, type Selectable } from "kysely";
import type { ReturnBook } from "./return-book.ts";

/** The return book in the ledger. */
export function createReturnBook({ db }: Pick<Ledger, "db">): ReturnBook {
  return {
    async readReturns(ids) {
      const rows = await db.selectFrom("returns").selectAll().where("id", "in", ids).execute();
      const found = new Map(rows.map((row) => [row.id, returnOf(row)]));
      return ids.map((id) => found.get(id) ?? null);
    },
    async readReturnsOfOrders(orderIds) {
      const rows = await db
        .selectFrom("returns")
        .selectAll()
        .where("order_id", "in", orderIds)
        .orderBy("id")
        .execute();
      return orderIds.map((id) => rows.filter((row) => row.order_id === id).map(returnOf));
    },
    async listAwaited(atMost) {
      const rows = await db
        .selectFrom("returns")
        .selectAll()
        .where(sql<boolean>`status in ('AUTHORIZED', 'RECEIVED')`)
        .orderBy("id")
        .limit(atMost)
        .execute();
      return rows
        .map(returnOf)
        .flatMap(({ number: returnNumber, parcels }) =>
          parcels.filter(mayBeTold).map(({ number: parcel }) => ({ returnNumber, parcel })),
        )
        .slice(0, atMost);
    },
  };
}

function mayBeTold({ status }: ReturnParcel): boolean {
  return status !== "PLANNED" && status !== "WITHDRAWN" && status !== "INSPECTED";
}

/**
 * Waits until nobody else asks for a return of the order, and keeps others waiting until this transaction
 * ends. Before any row of a book is locked.
 * @returns what was asked for before; read after the lock, so nothing is missing
 */
export async function lockReturnsOfOrder(
  trx: LedgerTransaction,
  orderId: OrderId,
): Promise<readonly Return[]> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${orderSubject(orderId)}, 0))`.execute(
    trx,
  );
  const rows = await trx
    .selectFrom("returns")
    .selectAll()
    .where("order_id", "=", orderId)
    .orderBy("id")
    .execute();
  return rows.map(returnOf);
}

/** The number of the next return: `RMA-0000042`. A number may be missing, and none is there twice. */
export async function nextReturnNumber(trx: LedgerTransaction): Promise<string> {
  const { rows } = await sql<{ next: string }>`
    select nextval('return_numbers') as next`.execute(trx);
  return `RMA-${String(rows[0]?.next ?? "").padStart(NUMBER_DIGITS, "0")}`;
}

/** Writes down a return that was asked for; only after `lockReturnsOfOrder`. */
export async function openReturn(trx: LedgerTransaction, opened: Return): Promise<void> {
  await trx
    .insertInto("returns")
    .values({
      id: opened.id,
      number: opened.number,
      order_id: opened.orderId,
      customer_number: opened.customerNumber,
      status: opened.status,
      lines: JSON.stringify(opened.lines),
      requested_at: opened.requestedAt,
      process: JSON.stringify(processOf(opened)),
    })
    .execute();
}

/**
 * Reads returns for change: others who want to change one of them wait until this transaction ends. In order of id;
 * after orders, before the event log.
 * @returns those that are in the book
 */
export async function lockReturns(
  trx: LedgerTransaction,
  ids: readonly ReturnId[],
): Promise<readonly Return[]> {
  if (ids.length === 0) return [];
  const rows = await trx
    .selectFrom("returns")
    .selectAll()
    .where(sql<boolean>`id = any(${[...new Set(ids)]}::text[])`)
    .orderBy("id")
    .forUpdate()
    .execute();
  return rows.map(returnOf);
}

/** @returns the ids of those returns that are in the book, by number */
export async function idsOfReturnNumbers(
  trx: LedgerTransaction,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, ReturnId>> {
  if (numbers.length === 0) return new Map();
  const rows = await trx
    .selectFrom("returns")
    .select(["id", "number"])
    .where(sql<boolean>`number = any(${[...new Set(numbers)]}::text[])`)
    .execute();
  return new Map(rows.map(({ id, number }) => [number, id as ReturnId]));
}

/** With one statement; only after `lockReturns`. */
export async function saveReturns(
  trx: LedgerTransaction,
  returns: readonly Return[],
): Promise<void> {
  if (returns.length === 0) return;
  const rows = returns.map((one) => ({
    id: one.id,
    status: one.status,
    process: processOf(one),
  }));
  await sql`
    update returns set status = given.status, process = given.process
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (
      id text, status text, process jsonb)
    where returns.id = given.id`.execute(trx);
}

const NUMBER_DIGITS = 7;

type Process = Pick<Return, "terms" | "authorized" | "parcels" | "holds" | "timeline" | "ending">;

function processOf({ terms, authorized, parcels, holds, timeline, ending }: Return): Process {
  return { terms, authorized, parcels, holds, timeline, ending };
}

function returnOf(row: Selectable<LedgerTables["returns"]>): Return {
  const requestedAt = instantOf(row.requested_at);
  const before: Process = {
    terms: termsOf(CAUTIOUS_RETURNS),
    authorized: null,
    parcels: [],
    holds: [],
    timeline: [{ type: "REQUESTED", at: requestedAt, source: "crossdock", note: null }],
    ending: null,
  };
  return {
    id: row.id as ReturnId,
    number: row.number,
    orderId: row.order_id as OrderId,
    customerNumber: row.customer_number as CustomerNumber,
    status: row.status as ReturnStatus,
    lines: row.lines as ReturnLine[],
    requestedAt,
    ...((row.process as Process | null) ?? before),
  };
}
