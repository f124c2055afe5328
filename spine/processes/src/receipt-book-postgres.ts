import {
  inboundOf,
  instantOf,
  isSameReceipt,
  mergeReceipt,
  parseDecimal,
  quantity,
  type InboundReceipt,
  type Instant,
  type LocalDate,
  type OrderKey,
  type Receipt,
  type ReceiptId,
  type ReceiptLine,
  type ReceiptStatus,
  type Sku,
  type UomCode,
  type WarehouseCode,
} from "@crossdock/domain";
import type { Ledger, LedgerTables, LedgerTransaction } from "@crossdock/ledger";
import { sql, type Selectable } from "kysely";
import { countRows } from "./book-walk.ts";
import { isHistoryRead } from "./history.ts";
import {
  NO_DATE,
  type ReceiptBook,
  type ReceiptFilter,
  type ReceiptRecord,
} from "./receipt-book.ts";

/** More than any distributor has on its way at once; a book that holds more is read in several sweeps. */
const MAX_OPEN_RECEIPTS = 5_000;

/** The receipt book in the ledger. */
export function createReceiptBook({ db }: Pick<Ledger, "db">): ReceiptBook {
  return {
    async readReceipts(ids) {
      const found = await selectReceipts(db, ids);
      return ids.map((id) => found.get(id) ?? null);
    },

    async listReceipts({ first, after, ...filter }) {
      const rows = await matching(db, filter)
        .$if(after !== null, (select) =>
          select.where(
            sql<boolean>`(coalesce(expected_on, '9999-12-31'::date), id)
              > (${after?.key ?? null}::date, ${after?.id ?? ""})`,
          ),
        )
        .selectAll()
        .orderBy(sql`coalesce(expected_on, '9999-12-31'::date)`)
        .orderBy("id")
        .limit(first + 1)
        .execute();
      const records = rows.map(recordOf);
      return {
        rows: records.slice(0, first).map((record) => ({
          record,
          position: { key: record.receipt.expectedOn ?? NO_DATE, id: record.receipt.id },
        })),
        hasNextPage: rows.length > first,
      };
    },

    countReceipts: (filter, atMost) =>
      countRows(db, matching(db, filter).select("id").limit(atMost)),

    async openReceipts() {
      const rows = await db
        .selectFrom("receipt_book")
        .select("id")
        .where("status", "in", ["ANNOUNCED", "ARRIVED"])
        .orderBy("id")
        .limit(MAX_OPEN_RECEIPTS)
        .execute();
      return rows.map(({ id }) => id as ReceiptId);
    },

    async readInbound(skus) {
      const rows = await db
        .selectFrom("inbound_stock")
        .selectAll()
        .where(sql<boolean>`sku = any(${[...skus]})`)
        .orderBy(sql`coalesce(expected_on, '9999-12-31'::date)`)
        .orderBy("receipt_id")
        .execute();
      const bySku = new Map<string, InboundReceipt[]>();
      for (const row of rows) bySku.set(row.sku, [...(bySku.get(row.sku) ?? []), inboundIn(row)]);
      return skus.map((sku) => bySku.get(sku) ?? []);
    },

    isLoaded: (feed) => isHistoryRead(db, feed),
  };
}

/** What a look has changed. */
export type ReceiptChange = { readonly before: Receipt | null; readonly after: Receipt };

/**
 * Takes what a warehouse says of receipts into the book; a late look changes nothing. One at a time: the lock is taken
 * after a feed's and before any row.
 * @param seen at most 1,000; of one receipt the later look counts
 * @returns what is not as it was known
 */
export async function saveReceipts(
  trx: LedgerTransaction,
  seen: readonly Receipt[],
  seenAt: Instant,
): Promise<readonly ReceiptChange[]> {
  if (seen.length === 0) return [];
  await sql`select pg_advisory_xact_lock(hashtextextended('receipt-book', 0))`.execute(trx);
  const known = await selectReceipts(
    trx,
    seen.map(({ id }) => id),
  );
  const latest = new Map<ReceiptId, Receipt>();
  for (const receipt of seen) {
    latest.set(receipt.id, mergeReceipt(latest.get(receipt.id) ?? null, receipt));
  }
  const changes = [...latest.values()].flatMap((receipt): ReceiptChange[] => {
    const before = known.get(receipt.id)?.receipt ?? null;
    const after = mergeReceipt(before, receipt);
    return before !== null && isSameReceipt(before, after) ? [] : [{ before, after }];
  });
  const receipts = changes.map(({ after }) => after);
  if (receipts.length === 0) return [];
  await upsert(trx, receipts, seenAt);
  await replaceInbound(trx, receipts);
  return changes;
}

async function upsert(
  trx: LedgerTransaction,
  receipts: readonly Receipt[],
  seenAt: Instant,
): Promise<void> {
  await trx
    .insertInto("receipt_book")
    .values(
      receipts.map((receipt) => ({
        id: receipt.id,
        warehouse: receipt.warehouse,
        purchase_order: receipt.purchaseOrder,
        key: receipt.key,
        status: receipt.status,
        expected_on: receipt.expectedOn,
        lines: JSON.stringify(receipt.lines),
        modified_at: receipt.modifiedAt,
        seen_at: seenAt,
      })),
    )
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet({
        warehouse: sql`excluded.warehouse`,
        purchase_order: sql`excluded.purchase_order`,
        key: sql`excluded.key`,
        status: sql`excluded.status`,
        expected_on: sql`excluded.expected_on`,
        lines: sql`excluded.lines`,
        modified_at: sql`excluded.modified_at`,
        seen_at: sql`excluded.seen_at`,
      }),
    )
    .execute();
}

async function replaceInbound(trx: LedgerTransaction, receipts: readonly Receipt[]): Promise<void> {
  const ids = receipts.map(({ id }) => id);
  await trx
    .deleteFrom("inbound_stock")
    .where(sql<boolean>`receipt_id = any(${ids})`)
    .execute();
  const inbound = receipts.flatMap((receipt) => inboundOf(receipt));
  if (inbound.length === 0) return;
  await trx
    .insertInto("inbound_stock")
    .values(
      inbound.map(({ receiptId, sku, warehouse, quantity: left, expectedOn }) => ({
        receipt_id: receiptId,
        sku,
        warehouse,
        quantity: left.value,
        uom: left.uom,
        expected_on: expectedOn,
      })),
    )
    .execute();
}

async function selectReceipts(
  db: Ledger["db"],
  ids: readonly ReceiptId[],
): Promise<ReadonlyMap<string, ReceiptRecord>> {
  const rows = await db
    .selectFrom("receipt_book")
    .selectAll()
    .where(sql<boolean>`id = any(${[...ids]})`)
    .execute();
  return new Map(rows.map((row) => [row.id, recordOf(row)]));
}

function matching(db: Ledger["db"], { statuses, warehouse, sku }: ReceiptFilter) {
  let select = db.selectFrom("receipt_book");
  if (statuses !== undefined) select = select.where(sql<boolean>`status = any(${[...statuses]})`);
  if (warehouse !== undefined) select = select.where("warehouse", "=", warehouse);
  if (sku !== undefined) {
    select = select.where(sql<boolean>`lines @> ${JSON.stringify([{ sku }])}::jsonb`);
  }
  return select;
}

function recordOf(row: Selectable<LedgerTables["receipt_book"]>): ReceiptRecord {
  return {
    receipt: {
      id: row.id as ReceiptId,
      warehouse: row.warehouse as WarehouseCode,
      purchaseOrder: row.purchase_order,
      key: row.key as OrderKey | null,
      status: row.status as ReceiptStatus,
      expectedOn: row.expected_on as LocalDate | null,
      lines: row.lines as ReceiptLine[],
      modifiedAt: instantOf(row.modified_at),
    },
    seenAt: instantOf(row.seen_at),
  };
}

function inboundIn(row: Selectable<LedgerTables["inbound_stock"]>): InboundReceipt {
  return {
    receiptId: row.receipt_id as ReceiptId,
    sku: row.sku as Sku,
    warehouse: row.warehouse as WarehouseCode,
    quantity: quantity(parseDecimal(row.quantity), row.uom as UomCode),
    expectedOn: row.expected_on as LocalDate | null,
  };
}
