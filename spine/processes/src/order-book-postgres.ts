import {
  addMoney,
  instantOf,
  money,
  parseDecimal,
  readOrderState,
  type CurrencyCode,
  type CustomerNumber,
  type OrderId,
  type OrderNumber,
  type OrderState,
  type OrderStatus,
  type Sku,
  type SourceOrder,
} from "@crossdock/domain";
import { createGatheredRead, type Ledger, type LedgerTables } from "@crossdock/ledger";
import { sql, type Selectable, type SelectQueryBuilder } from "kysely";
import { ofAccounts } from "./account-condition.ts";
import { countRows, MAX_KEYS_READ } from "./book-walk.ts";
import type {
  OrderBook,
  OrderPosition,
  OrderQuery,
  OrderRecord,
  OrderScope,
  OrderSort,
} from "./order-book.ts";

type Row = Selectable<LedgerTables["order_book"]>;
type Selection<Output> = SelectQueryBuilder<LedgerTables, "order_book", Output>;

/** The order book in the ledger. */
export function createOrderBook(ledger: Pick<Ledger, "db" | "kind">): OrderBook {
  const { db } = ledger;
  /** @param column that tells orders from each other */
  const readBy = <Key extends string>(column: "id" | "number") =>
    createGatheredRead<Key, OrderRecord | null>(ledger, {
      maxKeys: MAX_KEYS_READ,
      read: async (keys) => {
        const { rows } = await sql<Row>`
          select * from ${sql.id(`orders_by_${column}`)}(${[...keys]}::text[])`.execute(db);
        const found = new Map(rows.map((row) => [row[column], recordOf(row)]));
        return keys.map((key) => found.get(key) ?? null);
      },
    });
  return {
    readOrders: readBy<OrderId>("id"),
    readOrdersByNumber: readBy<OrderNumber>("number"),

    async listOrders(query) {
      const { column, direction } = SORTS[query.sort];
      const rows = await matching(db.selectFrom("order_book"), query)
        .$if(query.after !== null, (select) => select.where(afterPosition(query)))
        .selectAll()
        .orderBy(sort(column), direction)
        .orderBy("id", direction)
        .limit(query.first + 1)
        .execute();
      const orders = rows.slice(0, query.first).map((row) => {
        const record = recordOf(row);
        return { record, position: positionOf(record, query.sort) };
      });
      return { orders, hasNextPage: rows.length > query.first };
    },

    async countOrders(query, atMost) {
      const bounded = matching(db.selectFrom("order_book"), query).select("id").limit(atMost);
      return countRows(db, bounded);
    },

    async walkOrders(scope, { after, first }) {
      const rows = await within(db.selectFrom("order_book"), scope)
        .$if(after !== null, (select) => select.where("id", ">", after ?? ""))
        .selectAll()
        .orderBy("id")
        .limit(first)
        .execute();
      return rows.map(recordOf);
    },

    async countScope(scope, atMost) {
      const bounded = within(db.selectFrom("order_book"), scope).select("id").limit(atMost);
      return countRows(db, bounded);
    },

    async readUnbilledTotal(customerNumber) {
      const { rows } = await sql<{ currency: string; amount: string }>`
        select currency, amount from unbilled_of(${customerNumber})`.execute(db);
      const [first, ...rest] = rows.map(({ amount, currency }) =>
        money(parseDecimal(amount), currency as CurrencyCode),
      );
      return first === undefined ? null : addMoney(first, ...rest);
    },
  };
}

/** Turns a row as it is stored into a record; shared with the writers of the book. */
export function recordOf(row: Row): OrderRecord {
  return {
    id: row.id as OrderId,
    number: row.number as OrderNumber | null,
    customerNumber: row.customer_number as CustomerNumber,
    customerReference: row.customer_reference,
    status: row.status as OrderStatus,
    placedAt: instantOf(row.placed_at),
    skus: row.skus as Sku[],
    state: row.state === null ? null : readOrderState(row.state as OrderState),
    source:
      row.source_order === null || row.source_seen_at === null
        ? null
        : { order: row.source_order as SourceOrder, seenAt: instantOf(row.source_seen_at) },
  };
}

const SORTS = {
  PLACED_AT_DESC: { column: "placed_at", direction: "desc" },
  PLACED_AT_ASC: { column: "placed_at", direction: "asc" },
  NUMBER_DESC: { column: "number", direction: "desc" },
  NUMBER_ASC: { column: "number", direction: "asc" },
} as const;

/** Orders that the ERP has not numbered yet sort as if their number were empty. */
function sort(column: "placed_at" | "number") {
  return column === "number" ? sql`coalesce(number, '')` : sql`placed_at`;
}

function positionOf(record: OrderRecord, by: OrderSort): OrderPosition {
  const key = SORTS[by].column === "number" ? (record.number ?? "") : record.placedAt;
  return { key, id: record.id };
}

function afterPosition({ sort: by, after }: OrderQuery) {
  const { column, direction } = SORTS[by];
  const key = column === "number" ? sql`${after?.key}` : sql`${after?.key}::timestamptz`;
  const beyond = direction === "asc" ? sql`>` : sql`<`;
  return sql<boolean>`(${sort(column)}, id) ${beyond} (${key}, ${after?.id})`;
}

function within<Output>(
  from: Selection<Output>,
  { customerNumbers, ids }: OrderScope,
): Selection<Output> {
  // Whoever names an order means it.
  let select = ids === undefined ? from.where("is_synthetic", "=", false) : from;
  if (customerNumbers !== "all") {
    select = select.where(ofAccounts(customerNumbers));
  }
  if (ids !== undefined) select = select.where(sql<boolean>`id = any(${[...ids]})`);
  return select;
}

function matching<Output>(from: Selection<Output>, query: OrderQuery): Selection<Output> {
  const { visibleTo, customerNumber, statuses, placedFrom, placedTo, customerReference, sku } =
    query;
  let select = from.where("is_synthetic", "=", false);
  if (visibleTo !== "all") {
    select = select.where(ofAccounts(visibleTo));
  }
  if (customerNumber !== undefined) select = select.where("customer_number", "=", customerNumber);
  if (statuses !== undefined) select = select.where(sql<boolean>`status = any(${[...statuses]})`);
  if (placedFrom !== undefined) select = select.where("placed_at", ">=", new Date(placedFrom));
  if (placedTo !== undefined) select = select.where("placed_at", "<", new Date(placedTo));
  if (customerReference !== undefined) {
    select = select.where("customer_reference", "=", customerReference);
  }
  if (sku !== undefined) select = select.where(sql<boolean>`skus @> ${[sku]}`);
  return select;
}
