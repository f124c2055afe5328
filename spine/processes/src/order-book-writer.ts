import {
  orderIdOfNumber,
  unbilledTotalOf,
  ZERO,
  type Instant,
  type OrderId,
  type OrderNumber,
  type OrderState,
  type OrderStatus,
  type SourceOrder,
} from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import type { OrderRecord } from "./order-book.ts";
import { recordOf } from "./order-book-postgres.ts";

/**
 * Reads orders for change: others who want to change one of them wait until this transaction ends. In order
 * of id, so that two who lock the same ones cannot wait for each other.
 * @returns those that are in the book, in order of id
 */
export async function lockOrders(
  trx: LedgerTransaction,
  ids: readonly OrderId[],
): Promise<OrderRecord[]> {
  if (ids.length === 0) return [];
  const rows = await trx
    .selectFrom("order_book")
    .selectAll()
    .where(sql<boolean>`id = any(${[...new Set(ids)]}::text[])`)
    .orderBy("id")
    .forUpdate()
    .execute();
  return rows.map(recordOf);
}

/** @returns the ids of those orders that the book knows, by number. */
export async function idsOfNumbers(
  trx: LedgerTransaction,
  numbers: readonly OrderNumber[],
): Promise<ReadonlyMap<OrderNumber, OrderRecord>> {
  if (numbers.length === 0) return new Map();
  const rows = await trx
    .selectFrom("order_book")
    .selectAll()
    .where("number", "in", [...numbers])
    .execute();
  return new Map(rows.map((row) => [row.number as OrderNumber, recordOf(row)]));
}

/** A new order's row, as the database's `accept_commands` takes it. */
export function openingRowOf(state: OrderState) {
  const { id, draft } = state;
  return {
    ...columnsOf(state),
    id,
    customer_number: draft.customerNumber,
    customer_reference: draft.customerReference,
    placed_at: draft.placedAt,
    state,
  };
}

/** Writes the process states of orders that are in the book, with one statement. */
export async function saveOrderStates(
  trx: LedgerTransaction,
  states: readonly OrderState[],
): Promise<void> {
  if (states.length === 0) return;
  const rows = states.map((state) => ({
    ...columnsOf(state),
    id: state.id,
    number: state.number,
    state,
  }));
  await sql`
    update order_book set status = given.status, skus = given.skus, unbilled = given.unbilled,
      currency = given.currency, number = given.number, state = given.state
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (
      id text, status text, skus text[], unbilled numeric, currency text, number text, state jsonb)
    where order_book.id = given.id`.execute(trx);
}

/** What is looked for in a state, and so is beside it. */
function columnsOf(state: OrderState) {
  const { status, draft } = state;
  return {
    status,
    skus: [...new Set(draft.lines.map((line) => line.sku))],
    unbilled: BILLED_OR_ENDED.has(status) ? ZERO : unbilledTotalOf(state).amount,
    currency: draft.currency,
  };
}

const BILLED_OR_ENDED: ReadonlySet<OrderStatus> = new Set([
  "INVOICED",
  "CLOSED",
  "CANCELLED",
  "REJECTED",
]);

/**
 * Takes note of orders as the ERP shows them. Orders that we took keep their process state and
 * status; orders of the ERP's own follow its document, but never from INVOICED back to SHIPPED,
 * for the ERP does not know finance's bills.
 * @param orders at most 1,000, with distinct numbers
 */
export async function saveSourceOrders(
  trx: LedgerTransaction,
  orders: readonly SourceOrder[],
  seenAt: Instant,
): Promise<void> {
  const ours = await idsOfKeys(trx, orders);
  const rows = orders.map((order) => ({
    id: (order.key === null ? undefined : ours.get(order.key)) ?? orderIdOfNumber(order.number),
    number: order.number,
    customer_number: order.customerNumber,
    customer_reference: order.customerReference,
    status: order.status,
    placed_at: `${order.orderedOn}T00:00:00.000Z`,
    skus: [...new Set(order.lines.map((line) => line.sku))],
    source_order: JSON.stringify(order),
    source_seen_at: seenAt,
  }));
  if (rows.length === 0) return;
  await trx
    .insertInto("order_book")
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .column("id")
        .doUpdateSet({
          source_order: sql`excluded.source_order`,
          source_seen_at: sql`excluded.source_seen_at`,
          status: sql`case
          when order_book.state is not null then order_book.status
          when order_book.status = 'INVOICED' and excluded.status = 'SHIPPED' then 'INVOICED'
          else excluded.status end`,
        })
        // A slow walk through history must not overwrite what was seen of today.
        .where(
          sql<boolean>`order_book.source_order is null
            or excluded.source_order->>'modifiedAt' >= order_book.source_order->>'modifiedAt'`,
        ),
    )
    .execute();
}

async function idsOfKeys(
  trx: LedgerTransaction,
  orders: readonly SourceOrder[],
): Promise<ReadonlyMap<string, string>> {
  const keys = orders.flatMap(({ key }) => (key === null ? [] : [key as string]));
  if (keys.length === 0) return new Map();
  const rows = await trx.selectFrom("order_book").select("id").where("id", "in", keys).execute();
  return new Map(rows.map(({ id }) => [id, id]));
}
