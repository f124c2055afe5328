import {
  instantOf,
  parseDecimal,
  parseUomCode,
  quantity,
  type CustomerNumber,
  type Instant,
  type OrderNumber,
  type Shipment,
  type ShipmentId,
} from "@crossdock/domain";
import {
  createGatheredRead,
  type Ledger,
  type LedgerTables,
  type LedgerTransaction,
} from "@crossdock/ledger";
import { sql, type Selectable, type SelectQueryBuilder } from "kysely";
import { ofAccounts } from "./account-condition.ts";
import { countRows, MAX_KEYS_READ } from "./book-walk.ts";
import type {
  ShipmentBook,
  ShipmentQuery,
  ShipmentRecord,
  ShipmentScope,
  TracedGoods,
} from "./shipment-book.ts";

type Seen = Pick<
  Selectable<LedgerTables["shipment_book"]>,
  "shipment" | "customer_number" | "seen_at"
>;
type Selection<Output> = SelectQueryBuilder<LedgerTables, "shipment_book", Output>;

/** The shipment book in the ledger. */
export function createShipmentBook(ledger: Pick<Ledger, "db" | "kind">): ShipmentBook {
  const { db } = ledger;
  const all = () => db.selectFrom("shipment_book").selectAll();
  return {
    readShipments: createGatheredRead<ShipmentId, ShipmentRecord | null>(ledger, {
      maxKeys: MAX_KEYS_READ,
      read: async (ids) => {
        const rows = await all()
          .where(sql<boolean>`id = any(${[...ids]})`)
          .execute();
        const found = new Map(rows.map((row) => [row.id, recordOf(row)]));
        return ids.map((id) => found.get(id) ?? null);
      },
    }),
    async findByNumber(number) {
      const row = await all().where("number", "=", number).limit(1).executeTakeFirst();
      return row === undefined ? null : recordOf(row);
    },
    async findByTrackingNumber(trackingNumber) {
      const row = await all()
        .where("tracking_number", "=", trackingNumber)
        .limit(1)
        .executeTakeFirst();
      return row === undefined ? null : recordOf(row);
    },
    readShipmentsOfOrders: createGatheredRead<OrderNumber, readonly ShipmentRecord[]>(ledger, {
      maxKeys: MAX_KEYS_READ,
      read: async (numbers) => {
        const { rows } = await sql<Seen>`
          select shipment, customer_number, seen_at
          from shipments_of_orders(${[...numbers]}::text[])`.execute(db);
        const records = rows.map(recordOf);
        return numbers.map((number) =>
          records.filter(({ shipment }) => shipment.orderNumbers.includes(number)),
        );
      },
    }),
    async listShipments(query) {
      const rows = await matching(db.selectFrom("shipment_book"), query)
        .$if(query.after !== null, (select) =>
          select.where(
            sql<boolean>`(modified_at, id) < (${query.after?.key}::timestamptz, ${query.after?.id})`,
          ),
        )
        .selectAll()
        .orderBy("modified_at", "desc")
        .orderBy("id", "desc")
        .limit(query.first + 1)
        .execute();
      const page = rows.slice(0, query.first).map((row) => ({
        record: recordOf(row),
        position: { key: row.modified_at.toISOString(), id: row.id },
      }));
      return { rows: page, hasNextPage: rows.length > query.first };
    },
    async countShipments(query, atMost) {
      const bounded = matching(db.selectFrom("shipment_book"), query).select("id").limit(atMost);
      return countRows(db, bounded);
    },
    async traceGoods(goods, visibleTo) {
      const whose = visibleTo === "all" ? sql<boolean>`true` : ofAccounts(visibleTo);
      const line = JSON.stringify(lineWith(goods));
      // Of a serial number there is one piece, whatever else is on the line.
      const pieces = "lot" in goods ? sql`(line -> 'quantity' ->> 'value')::numeric` : sql`1`;
      const { rows } = await sql<{
        readonly shipped: string | null;
        readonly uom: string | null;
        readonly customers: readonly string[] | null;
      }>`
        select
          coalesce(sum(${pieces}) filter (where shipped_at is not null), 0)::text as shipped,
          min(line -> 'quantity' ->> 'uom') as uom,
          array_agg(distinct customer_number order by customer_number)
            filter (where customer_number is not null) as customers
        from shipment_book, jsonb_array_elements(shipment -> 'lines') as line
        where ${carries(goods)} and ${whose} and line @> ${line}::jsonb`.execute(db);
      const [way] = rows;
      if (way?.uom == null) return null;
      return {
        shipped: quantity(parseDecimal(way.shipped ?? "0"), parseUomCode(way.uom)),
        customerNumbers: (way.customers ?? []) as readonly CustomerNumber[],
      };
    },
    async walkShipments(scope, { after, first }) {
      const rows = await within(db.selectFrom("shipment_book"), scope)
        .$if(after !== null, (select) => select.where("id", ">", after ?? ""))
        .selectAll()
        .orderBy("id")
        .limit(first)
        .execute();
      return rows.map(recordOf);
    },
    async countScope(scope, atMost) {
      const bounded = within(db.selectFrom("shipment_book"), scope).select("id").limit(atMost);
      return countRows(db, bounded);
    },
  };
}

/** Any number that nobody else uses for an advisory lock: "SHIP" in ASCII. */
const WRITERS_LOCK = 0x53484950;

/**
 * Reads shipments for change. Writers of the book take turns until they commit: a shipment that is not in it
 * yet has no row to lock, and of two who add it the second would overwrite what the first knows.
 * @param ids at most 1,000
 */
export async function lockShipments(
  trx: LedgerTransaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Shipment>> {
  if (ids.length === 0) return new Map();
  await sql`select pg_advisory_xact_lock(${WRITERS_LOCK})`.execute(trx);
  const rows = await trx
    .selectFrom("shipment_book")
    .select(["id", "shipment"])
    .where("id", "in", [...ids])
    .execute();
  return new Map(rows.map((row) => [row.id, row.shipment as Shipment]));
}

/** @param shipments at most 1,000, distinct, locked, merged already with what the book had */
export async function saveShipments(
  trx: LedgerTransaction,
  shipments: readonly {
    readonly shipment: Shipment;
    readonly customerNumber: CustomerNumber | null;
  }[],
  seenAt: Instant,
): Promise<void> {
  if (shipments.length === 0) return;
  await trx
    .insertInto("shipment_book")
    .values(
      shipments.map(({ shipment, customerNumber }) => ({
        id: shipment.id,
        number: shipment.number,
        tracking_number: shipment.trackingNumber,
        customer_number: customerNumber,
        status: shipment.status,
        warehouse: shipment.warehouse,
        order_numbers: [...shipment.orderNumbers],
        shipped_at: shipment.shippedAt,
        modified_at: lastChangeOf(shipment),
        shipment: JSON.stringify(shipment),
        seen_at: seenAt,
      })),
    )
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet({
        number: sql`excluded.number`,
        tracking_number: sql`excluded.tracking_number`,
        customer_number: sql`coalesce(excluded.customer_number, shipment_book.customer_number)`,
        status: sql`excluded.status`,
        warehouse: sql`excluded.warehouse`,
        order_numbers: sql`excluded.order_numbers`,
        shipped_at: sql`excluded.shipped_at`,
        modified_at: sql`excluded.modified_at`,
        shipment: sql`excluded.shipment`,
        seen_at: sql`excluded.seen_at`,
      }),
    )
    .execute();
}

/** Also what did not change the warehouse's document: a milestone that a carrier told us of. */
function lastChangeOf({ modifiedAt, milestones }: Shipment): Instant {
  const last = milestones.at(-1)?.at;
  return last !== undefined && last > modifiedAt ? last : modifiedAt;
}

function recordOf(row: Seen): ShipmentRecord {
  return {
    shipment: row.shipment as Shipment,
    customerNumber: row.customer_number as CustomerNumber | null,
    seenAt: instantOf(row.seen_at),
  };
}

function within<Output>(
  from: Selection<Output>,
  { customerNumbers, ids, orderNumbers }: ShipmentScope,
): Selection<Output> {
  let select = from;
  if (customerNumbers !== "all") {
    select = select.where(ofAccounts(customerNumbers));
  }
  if (ids !== undefined) select = select.where(sql<boolean>`id = any(${[...ids]})`);
  if (orderNumbers !== undefined) {
    select = select.where(sql<boolean>`order_numbers && ${[...orderNumbers]}`);
  }
  return select;
}

function matching<Output>(from: Selection<Output>, query: ShipmentQuery): Selection<Output> {
  const { visibleTo, customerNumber, orderNumber, statuses, warehouse } = query;
  let select = from;
  if (visibleTo !== "all") {
    select = select.where(ofAccounts(visibleTo));
  }
  if (customerNumber !== undefined) select = select.where("customer_number", "=", customerNumber);
  if (orderNumber !== undefined) select = select.where(holdsOrder(orderNumber));
  if (statuses !== undefined) select = select.where(sql<boolean>`status = any(${[...statuses]})`);
  if (warehouse !== undefined) select = select.where("warehouse", "=", warehouse);
  if (query.goods !== undefined) select = select.where(carries(query.goods));
  if (query.shippedFrom !== undefined) {
    select = select.where("shipped_at", ">=", new Date(query.shippedFrom));
  }
  if (query.shippedTo !== undefined) {
    select = select.where("shipped_at", "<", new Date(query.shippedTo));
  }
  return select;
}

function holdsOrder(number: OrderNumber) {
  return sql<boolean>`order_numbers @> ${[number]}`;
}

/** What one of its lines has to hold; by this form its index finds it. */
function lineWith(goods: TracedGoods): object {
  const { sku } = goods;
  return "lot" in goods ? { sku, lot: goods.lot } : { sku, serials: [goods.serial] };
}

/** What was cancelled carries nothing. */
function carries(goods: TracedGoods) {
  const lines = JSON.stringify([lineWith(goods)]);
  return sql<boolean>`(shipment -> 'lines' @> ${lines}::jsonb and status <> 'CANCELLED')`;
}
