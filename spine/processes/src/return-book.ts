import {
  instantOf,
  orderSubject,
  type CustomerNumber,
  type OrderId,
  type Return,
  type ReturnId,
  type ReturnLine,
  type ReturnStatus,
} from "@crossdock/domain";
import type { Ledger, LedgerTables, LedgerTransaction } from "@crossdock/ledger";
import { sql, type Selectable } from "kysely";

/** What buyers want to send back: ours, for no system behind us keeps it. */
export interface ReturnBook {
  /** @param ids 1 to 500, distinct @returns in key order, `null` for an unknown id */
  readReturns(ids: readonly ReturnId[]): Promise<readonly (Return | null)[]>;
}

export function createReturnBook({ db }: Pick<Ledger, "db">): ReturnBook {
  return {
    async readReturns(ids) {
      const rows = await db.selectFrom("returns").selectAll().where("id", "in", ids).execute();
      const found = new Map(rows.map((row) => [row.id, returnOf(row)]));
      return ids.map((id) => found.get(id) ?? null);
    },
  };
}

/**
 * Waits until nobody else asks for a return of the order, and keeps others waiting until this transaction
 * ends. Before any row of a book is locked.
 * @returns what was asked for before; read after the lock, so nothing is missing
 */
export async function lockReturns(
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
    .execute();
  return rows.map(returnOf);
}

/** Opens a return under the next number; only after `lockReturns` of its order. */
export async function openReturn(
  trx: LedgerTransaction,
  wanted: Omit<Return, "number" | "status">,
): Promise<Return> {
  const { rows } = await sql<{ next: string }>`
    select nextval('return_numbers') as next`.execute(trx);
  const number = `RMA-${String(rows[0]?.next ?? "").padStart(NUMBER_DIGITS, "0")}`;
  const opened: Return = { ...wanted, number, status: "REQUESTED" };
  await trx
    .insertInto("returns")
    .values({
      id: opened.id,
      number,
      order_id: opened.orderId,
      customer_number: opened.customerNumber,
      status: opened.status,
      lines: JSON.stringify(opened.lines),
      requested_at: opened.requestedAt,
    })
    .execute();
  return opened;
}

const NUMBER_DIGITS = 7;

function returnOf(row: Selectable<LedgerTables["returns"]>): Return {
  return {
    id: row.id as ReturnId,
    number: row.number,
    orderId: row.order_id as OrderId,
    customerNumber: row.customer_number as CustomerNumber,
    status: row.status as ReturnStatus,
    lines: row.lines as ReturnLine[],
    requestedAt: instantOf(row.requested_at),
  };
}
