import {
  compareDecimals,
  decisionsAwaited,
  orderIdOfNumber,
  sourceOrderChanges,
  unbilledTotalOf,
  wasChangedAtSource,
  ZERO,
  type ErpPrice,
  type Instant,
  type Money,
  type OrderChange,
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
import { watchedColumnsOf } from "./watched-columns.ts";

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

/** A state that an order came to, and when what brought it there happened. */
export type ReachedState = { readonly state: OrderState; readonly happenedAt: Instant };

/** Writes the process states of orders that are in the book, with one statement. */
export async function saveOrderStates(
  trx: LedgerTransaction,
  reached: readonly ReachedState[],
): Promise<void> {
  if (reached.length === 0) return;
  const rows = reached.map(({ state, happenedAt }) => ({
    ...columnsOf(state),
    ...watchedColumnsOf(state),
    id: state.id,
    number: state.number,
    happened_at: happenedAt,
    state,
  }));
  // What is told late did not bring an order back in time.
  await sql`
    update order_book set status = given.status, skus = given.skus, unbilled = given.unbilled,
      currency = given.currency, number = given.number, state = given.state,
      warehouses = given.warehouses, unbilled_since = given.unbilled_since,
      promised_until = given.promised_until,
      stage_since = case
        when not given.is_open then null
        when order_book.status = given.status and order_book.stage_since is not null
          then order_book.stage_since
        else greatest(order_book.stage_since, given.happened_at) end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (
      id text, status text, skus text[], unbilled numeric, currency text, number text, state jsonb,
      is_open boolean, warehouses text[], unbilled_since timestamptz, promised_until timestamptz,
      happened_at timestamptz)
    where order_book.id = given.id`.execute(trx);
}

/** What is looked for in a state, and so is beside it. */
function columnsOf(state: OrderState) {
  const { status, draft } = state;
  return {
    status,
    skus: [...new Set(draft.lines.map((line) => line.sku))],
    unbilled:
      BILLED_OR_ENDED.has(status) || waitsForCredit(state) ? ZERO : unbilledTotalOf(state).amount,
    currency: draft.currency,
  };
}

/** What the account's credit does not bear uses none of it up, until somebody decides that it does. */
function waitsForCredit(state: OrderState): boolean {
  return decisionsAwaited(state).includes("CREDIT_EXCEEDED");
}

const BILLED_OR_ENDED: ReadonlySet<OrderStatus> = new Set([
  "INVOICED",
  "CLOSED",
  "CANCELLED",
  "REJECTED",
]);

/** What one more look of the ERP at an order showed that was not known. */
export type SourceOrderNews = {
  /** As it is after the look. */
  readonly order: Pick<OrderRecord, "id" | "status" | "customerNumber">;
  /** In the order in which they happened; none where only prices are told. */
  readonly changes: readonly OrderChange[];
  /** Of an order that we took: what its lines cost there, while that is not what they cost here, and when it is again. */
  readonly prices: readonly ErpPrice[] | null;
  readonly at: Instant;
  /** That of the request it came with; `null` of an order that we did not take. */
  readonly correlationId: string | null;
};

/**
 * Takes note of orders as the ERP shows them. Orders that we took keep their process state and
 * status; orders of the ERP's own follow its document, but never from INVOICED back to SHIPPED,
 * for the ERP does not know finance's bills. A document that is older than the known one changes nothing.
 * Orders are locked.
 * @param orders at most 1,000, with distinct numbers
 * @returns what is new of orders of the ERP's own, and what somebody changed there of ours
 */
export async function saveSourceOrders(
  trx: LedgerTransaction,
  orders: readonly SourceOrder[],
  seenAt: Instant,
): Promise<readonly SourceOrderNews[]> {
  if (orders.length === 0) return [];
  const idOf = await idsInBook(trx, orders);
  const seen = orders.map((order) => ({ id: idOf(order), order }));
  const records = await lockOrders(
    trx,
    seen.map(({ id }) => id),
  );
  const known = new Map(records.map((record) => [record.id, record]));
  // A slow walk through history must not overwrite what was seen of today.
  const fresh = seen
    .map(({ id, order }) => ({ id, order, before: known.get(id) ?? null }))
    .filter(({ order, before }) => order.modifiedAt >= (before?.source?.order.modifiedAt ?? ""))
    .map((look) => ({ ...look, status: statusAfter(look) }));
  await upsertSourceOrders(trx, fresh, seenAt);
  return fresh.flatMap((look) => {
    const { id, order, status } = look;
    const changes = changesOf(look);
    const { customerNumber } = look.before ?? order;
    const prices = pricesOf(look);
    if (changes.length === 0 && prices === null) return [];
    const correlationId = look.before?.state?.correlationId ?? null;
    const news = { changes, prices, at: order.modifiedAt, correlationId };
    return [{ order: { id, status, customerNumber }, ...news }];
  });
}

type Look = {
  readonly id: OrderId;
  readonly order: SourceOrder;
  readonly before: OrderRecord | null;
};

function statusAfter({ order, before }: Look): OrderStatus {
  if (before === null) return order.status;
  if (before.state !== null) return before.status;
  return before.status === "INVOICED" && order.status === "SHIPPED" ? "INVOICED" : order.status;
}

function changesOf(look: Look & { readonly status: OrderStatus }): readonly OrderChange[] {
  const { order, before, status } = look;
  const document = before?.source?.order ?? null;
  if (before?.state == null) {
    const seenBefore =
      before === null || document === null ? null : { document, status: before.status };
    return sourceOrderChanges(seenBefore, { document: order, status });
  }
  // While we change it ourselves, what the ERP shows is on its way to what we asked for.
  const { request, draft } = before.state;
  return request === null && wasChangedAtSource(document, order, draft) ? ["AMENDED"] : [];
}

/** Mostly both systems agree, and the order's process need not hear of it. */
function pricesOf({ order, before }: Look): readonly ErpPrice[] | null {
  const state = before?.state ?? null;
  if (state === null) return null;
  const prices = state.draft.lines.flatMap(({ lineNumber, sku, ordered, unitPrice: ours }) => {
    const line = order.lines.find((each) => each.lineNumber === lineNumber);
    // Of another item or unit, a price says nothing of ours: that is told as an amendment.
    if (line?.sku !== sku || line.ordered.uom !== ordered.uom) return [];
    return [{ lineNumber, unitPrice: line.unitPrice, ours }];
  });
  const isSame = prices.every(({ unitPrice, ours }) => isSameMoney(unitPrice, ours));
  if (isSame && (state.erpPrices ?? []).length === 0) return null;
  return prices.map(({ lineNumber, unitPrice }) => ({ lineNumber, unitPrice }));
}

function isSameMoney(left: Money, right: Money): boolean {
  return left.currency === right.currency && compareDecimals(left.amount, right.amount) === 0;
}

async function upsertSourceOrders(
  trx: LedgerTransaction,
  looks: readonly (Look & { readonly status: OrderStatus })[],
  seenAt: Instant,
): Promise<void> {
  if (looks.length === 0) return;
  await trx
    .insertInto("order_book")
    .values(
      looks.map(({ id, order, status }) => ({
        id,
        number: order.number,
        customer_number: order.customerNumber,
        customer_reference: order.customerReference,
        status,
        placed_at: `${order.orderedOn}T00:00:00.000Z`,
        skus: [...new Set(order.lines.map((line) => line.sku))],
        source_order: JSON.stringify(order),
        source_seen_at: seenAt,
      })),
    )
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet({
        source_order: sql`excluded.source_order`,
        source_seen_at: sql`excluded.source_seen_at`,
        status: sql`excluded.status`,
        // What is looked for in an order that we took is written with its state.
        skus: sql`case when order_book.state is null then excluded.skus else order_book.skus end`,
        customer_reference: sql`case when order_book.state is null
          then excluded.customer_reference else order_book.customer_reference end`,
      }),
    )
    .execute();
}

/**
 * What the book calls the orders: ours go by our key, and by their number where somebody overwrote the key in
 * the ERP; the ERP's own by their number.
 */
async function idsInBook(
  trx: LedgerTransaction,
  orders: readonly SourceOrder[],
): Promise<(order: SourceOrder) => OrderId> {
  const keys = orders.flatMap(({ key }) => (key === null ? [] : [key as string]));
  const numbers = orders.map(({ number }) => number as string);
  const rows = await trx
    .selectFrom("order_book")
    .select(["id", "number"])
    .where(sql<boolean>`id = any(${keys}::text[]) or number = any(${numbers}::text[])`)
    .execute();
  const ids = new Set(rows.map(({ id }) => id));
  const byNumber = new Map(rows.map(({ id, number }) => [number, id]));
  return ({ key, number }) => {
    const known = key !== null && ids.has(key) ? key : byNumber.get(number);
    return known === undefined ? orderIdOfNumber(number) : (known as string as OrderId);
  };
}
