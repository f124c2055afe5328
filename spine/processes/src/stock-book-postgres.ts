import {
  instantOf,
  isZero,
  parseDecimal,
  quantity,
  stockSubject,
  type Instant,
  type Quantity,
  type Sku,
  type UomCode,
  type WarehouseCode,
  ZERO,
} from "@crossdock/domain";
import type { Ledger, LedgerTables, LedgerTransaction } from "@crossdock/ledger";
import { sql, type Selectable } from "kysely";
import { countRows } from "./book-walk.ts";
import { isHistoryRead } from "./history.ts";
import {
  stockKey,
  type SeenStock,
  type StockBook,
  type StockRecord,
  type StockScope,
} from "./stock-book.ts";

/** The stock book in the ledger. */
export function createStockBook({ db }: Pick<Ledger, "db">): StockBook {
  return {
    readStock: (skus) => selectStock(db, skus),
    readSeen: (skus) => selectSeen(db, skus),
    readHolds: (skus) => sumToldHolds(db, skus),
    walkStock: async (scope, { after, first }) => {
      const rows = await within(db, scope)
        .$if(after !== null, (select) =>
          select.where(sql<boolean>`(sku, warehouse) > (${after?.sku}, ${after?.warehouse})`),
        )
        .selectAll()
        .orderBy("sku")
        .orderBy("warehouse")
        .limit(first)
        .execute();
      return rows.map(recordOf);
    },
    countScope: (scope, atMost) => countRows(db, within(db, scope).select("sku").limit(atMost)),
    isLoaded: (feed) => isHistoryRead(db, feed),
  };
}

function within(db: Ledger["db"], { skus, warehouse }: StockScope) {
  let select = db.selectFrom("stock_book");
  if (skus !== undefined) select = select.where(sql<boolean>`sku = any(${[...skus]})`);
  if (warehouse !== undefined) select = select.where("warehouse", "=", warehouse);
  return select;
}

/**
 * Waits until nobody else is changing what is told of these products, and keeps others waiting until this
 * transaction ends. All of a transaction's products at once, after the rows of reservations and before the event log.
 */
export async function lockStock(trx: LedgerTransaction, skus: readonly Sku[]): Promise<void> {
  const subjects = [...new Set(skus)].sort().map(stockSubject);
  if (subjects.length === 0) return;
  await sql`
    select pg_advisory_xact_lock(hashtextextended(subject, 0))
    from (select unnest(${subjects}::text[]) as subject) as stock`.execute(trx);
}

/** By `stockKey`; only after `lockStock`. */
export async function readToldStock(
  trx: LedgerTransaction,
  skus: readonly Sku[],
): Promise<ReadonlyMap<string, StockRecord>> {
  const records = await selectStock(trx, skus);
  return new Map(records.map((record) => [stockKey(record.level), record]));
}

/** `StockBook.readHolds`; in a transaction, only after `lockStock`. */
export async function sumToldHolds(
  db: Ledger["db"],
  skus: readonly Sku[],
): Promise<ReadonlyMap<string, Quantity>> {
  const rows = await db
    .selectFrom("reservations")
    .select(["sku", "warehouse", "uom"])
    .select(({ fn }) => fn.sum<string>("quantity").as("quantity"))
    .where(sql<boolean>`sku = any(${[...skus]})`)
    .where(sql<boolean>`(status = 'HELD' or (status = 'CONSUMED' and handed_over_at is null))`)
    .groupBy(["sku", "warehouse", "uom"])
    .execute();
  return new Map(
    rows.map((row) => [stockKey(row), quantity(parseDecimal(row.quantity), row.uom as UomCode)]),
  );
}

/** @param records at most 1,000, distinct, of products that are locked */
export async function saveToldStock(
  trx: LedgerTransaction,
  records: readonly StockRecord[],
): Promise<void> {
  if (records.length === 0) return;
  await trx
    .insertInto("stock_book")
    .values(
      records.map(({ level, held, lastMovement, readAt }) => ({
        sku: level.sku,
        warehouse: level.warehouse,
        uom: level.onHand.uom,
        on_hand: level.onHand.value,
        allocated: level.allocated.value,
        inbound: level.inbound.value,
        held: held.value,
        last_movement: String(lastMovement),
        read_at: readAt,
        counts_towards_atp: level.countsTowardsAtp ?? true,
        in_transit: level.inTransit?.value ?? ZERO,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(["sku", "warehouse"]).doUpdateSet({
        uom: sql`excluded.uom`,
        on_hand: sql`excluded.on_hand`,
        allocated: sql`excluded.allocated`,
        inbound: sql`excluded.inbound`,
        held: sql`excluded.held`,
        last_movement: sql`excluded.last_movement`,
        read_at: sql`excluded.read_at`,
        counts_towards_atp: sql`excluded.counts_towards_atp`,
        in_transit: sql`excluded.in_transit`,
      }),
    )
    .execute();
}

/**
 * Notes that every position of these products is in the book as the warehouse had it when it was asked, or as it was
 * later; only after all that was different then is in the book.
 * @param lookedAt by product, at most 10,000
 */
export async function noteStockLooks(
  trx: LedgerTransaction,
  lookedAt: ReadonlyMap<Sku, Instant>,
): Promise<void> {
  if (lookedAt.size === 0) return;
  // Processes that look at the same products wait for each other's rows in one order.
  const skus = [...lookedAt.keys()].sort();
  const instants = skus.map((sku) => lookedAt.get(sku));
  await sql`
    insert into stock_looks (sku, looked_at)
    select * from unnest(${skus}::text[], ${instants}::timestamptz[])
    on conflict (sku) do update set looked_at = excluded.looked_at
    where stock_looks.looked_at < excluded.looked_at`.execute(trx);
}

/** Rows and looks in one statement: a look that is noted in between would make an older row younger than it is. */
async function selectSeen(
  db: Ledger["db"],
  skus: readonly Sku[],
): Promise<ReadonlyMap<Sku, SeenStock>> {
  if (skus.length === 0) return new Map();
  const rows = await db
    .selectFrom("stock_book")
    .leftJoin("stock_looks", "stock_looks.sku", "stock_book.sku")
    .selectAll("stock_book")
    .select(sql<Date>`greatest(read_at, looked_at)`.as("seen_at"))
    .where(sql<boolean>`stock_book.sku = any(${[...skus]})`)
    .orderBy("stock_book.sku")
    .orderBy("warehouse")
    .execute();
  const seen = new Map<Sku, SeenStock>();
  for (const row of rows) {
    const { level } = recordOf(row);
    const at = instantOf(row.seen_at);
    const { positions, seenAt } = seen.get(level.sku) ?? { positions: [], seenAt: at };
    // What is told of all positions is as old as the oldest of them.
    seen.set(level.sku, {
      positions: [...positions, level],
      seenAt: at < seenAt ? at : seenAt,
    });
  }
  return seen;
}

async function selectStock(db: Ledger["db"], skus: readonly Sku[]): Promise<StockRecord[]> {
  if (skus.length === 0) return [];
  const rows = await db
    .selectFrom("stock_book")
    .selectAll()
    .where(sql<boolean>`sku = any(${[...skus]})`)
    .execute();
  return rows.map(recordOf);
}

function recordOf(row: Selectable<LedgerTables["stock_book"]>): StockRecord {
  const of = (digits: string) => quantity(parseDecimal(digits), row.uom as UomCode);
  return {
    level: {
      sku: row.sku as Sku,
      warehouse: row.warehouse as WarehouseCode,
      onHand: of(row.on_hand),
      allocated: of(row.allocated),
      inbound: of(row.inbound),
      ...(isZero(parseDecimal(row.in_transit)) ? {} : { inTransit: of(row.in_transit) }),
      ...(row.counts_towards_atp ? {} : { countsTowardsAtp: false }),
    },
    held: of(row.held),
    lastMovement: Number(row.last_movement),
    readAt: instantOf(row.read_at),
  };
}
