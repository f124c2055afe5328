import { instantOf, type Instant, type OrderNumber } from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import type { Clock, Logger } from "@crossdock/runtime";
import { sql } from "kysely";
import type { FeedMetrics } from "./feed-metrics.ts";

/** What a feed's records wait for, and how two looks at one record become one. */
export interface WaitsForOrders<Item> {
  sourceIdOf(item: Item): string;
  /** The orders that the record is about; without any it waits for nothing. */
  orderNumbersOf(item: Item): readonly OrderNumber[];
  /** Which of the records the book has: they have been told of, and go on being told of. */
  idsInBook(trx: LedgerTransaction, sourceIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** @param waiting an earlier look, that waits */
  merge(waiting: Item, seen: Item): Item;
}

/**
 * Keeps a record back until the order book knows its orders: sources tell at their own pace, and a shipment
 * that is recorded before its order would have no customer, and its event no order. What waits is in the
 * ledger; it is let go when its orders are there, or after `PARK_MS` as it is, but while the ERP cannot be read
 * only after `PARK_AT_MOST_MS`. Call it with the feed locked.
 */
export interface OrderGate<Item> {
  /** Parks what has to wait. @returns what may be recorded now, what waited merged into it */
  admit(trx: LedgerTransaction, items: readonly Item[]): Promise<readonly Item[]>;
  /** Lets go what need not or must not wait any longer. @returns at most `limit` records */
  release(trx: LedgerTransaction, limit: number): Promise<readonly Item[]>;
  /** How many wait. */
  count(trx: LedgerTransaction): Promise<number>;
}

/** So long a record waits for its order: some sweeps of an ERP that answers. */
export const PARK_MS = 120_000;

/** The same while the ERP is away, and may have the orders. */
export const PARK_AT_MOST_MS = 60 * 60_000;

export type OrderGateOptions<Item> = {
  /** The feed's name. */
  readonly feed: string;
  readonly waits: WaitsForOrders<Item>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: FeedMetrics;
  readonly parkMs?: number;
  /** Whatever the ERP had at this moment, in milliseconds since 1970, is in the order book; now when left out. */
  readonly ordersReadAtMs?: () => number;
};

export function createOrderGate<Item>(options: OrderGateOptions<Item>): OrderGate<Item> {
  const { feed, waits, clock, logger, metrics, parkMs = PARK_MS } = options;
  const ordersReadAtMs = options.ordersReadAtMs ?? (() => clock.nowMs());

  const park = async (trx: LedgerTransaction, items: readonly Item[]) => {
    if (items.length === 0) return;
    const dueAt: Instant = instantOf(new Date(clock.nowMs() + parkMs));
    await trx
      .insertInto("parked_records")
      .values(
        items.map((item) => ({
          feed,
          source_id: waits.sourceIdOf(item),
          order_numbers: [...waits.orderNumbersOf(item)],
          record: JSON.stringify(item),
          parked_at: clock.now(),
          due_at: dueAt,
        })),
      )
      // Who comes again does not begin to wait anew.
      .onConflict((conflict) =>
        conflict.columns(["feed", "source_id"]).doUpdateSet({
          order_numbers: sql`excluded.order_numbers`,
          record: sql`excluded.record`,
        }),
      )
      .execute();
  };

  return {
    async admit(trx, items) {
      const ids = items.map((item) => waits.sourceIdOf(item));
      const waiting = await takeWaiting<Item>(trx, feed, ids);
      const merged = items.map((item, at) => {
        const before = waiting.get(ids[at] ?? "");
        return before === undefined ? item : waits.merge(before, item);
      });
      const lacking = await withUnknownOrders(trx, merged, waits);
      if (lacking.length === 0) {
        await forget(trx, feed, [...waiting.keys()]);
        return merged;
      }
      const inBook = await waits.idsInBook(
        trx,
        lacking.map((item) => waits.sourceIdOf(item)),
      );
      const parked = new Set(lacking.filter((item) => !inBook.has(waits.sourceIdOf(item))));
      await park(trx, [...parked]);
      const admitted = merged.filter((item) => !parked.has(item));
      const admittedIds = new Set(admitted.map((item) => waits.sourceIdOf(item)));
      await forget(
        trx,
        feed,
        [...waiting.keys()].filter((id) => admittedIds.has(id)),
      );
      metrics.parked(feed, "parked", parked.size);
      return admitted;
    },

    async release(trx, limit) {
      const giveUpMs = Math.max(ordersReadAtMs(), clock.nowMs() - PARK_AT_MOST_MS);
      const giveUpAt = instantOf(new Date(giveUpMs));
      const { rows } = await sql<{
        source_id: string;
        record: Item;
        order_numbers: string[];
        is_complete: boolean;
      }>`
        select * from (
          select source_id, record, order_numbers, parked_at, due_at, not exists (
            select from unnest(order_numbers) as wanted (number)
            where not exists (select from order_book where order_book.number = wanted.number)
          ) as is_complete
          from parked_records where feed = ${feed}
        ) as waiting
        where is_complete or (due_at <= ${clock.now()} and parked_at <= ${giveUpAt})
        order by parked_at, source_id limit ${limit}`.execute(trx);
      await forget(
        trx,
        feed,
        rows.map(({ source_id }) => source_id),
      );
      for (const { source_id, order_numbers, is_complete } of rows) {
        metrics.parked(feed, is_complete ? "released" : "timed-out", 1);
        if (is_complete) continue;
        logger.warn(
          { feed, record: source_id, orders: order_numbers },
          "a record's orders did not come in time, it is recorded without them",
        );
      }
      return rows.map(({ record }) => record);
    },

    async count(trx) {
      const row = await trx
        .selectFrom("parked_records")
        .select(({ fn }) => fn.countAll<string>().as("count"))
        .where("feed", "=", feed)
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
  };
}

async function takeWaiting<Item>(
  trx: LedgerTransaction,
  feed: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Item>> {
  if (ids.length === 0) return new Map();
  const rows = await trx
    .selectFrom("parked_records")
    .select(["source_id", "record"])
    .where("feed", "=", feed)
    .where(sql<boolean>`source_id = any(${[...ids]}::text[])`)
    .execute();
  return new Map(rows.map(({ source_id, record }) => [source_id, record as Item]));
}

async function withUnknownOrders<Item>(
  trx: LedgerTransaction,
  items: readonly Item[],
  { orderNumbersOf }: WaitsForOrders<Item>,
): Promise<readonly Item[]> {
  const wanted = [...new Set(items.flatMap((item) => orderNumbersOf(item)))];
  if (wanted.length === 0) return [];
  const rows = await trx
    .selectFrom("order_book")
    .select("number")
    .where(sql<boolean>`number = any(${wanted}::text[])`)
    .execute();
  const known = new Set(rows.map(({ number }) => number));
  return items.filter((item) => orderNumbersOf(item).some((number) => !known.has(number)));
}

async function forget(trx: LedgerTransaction, feed: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await trx
    .deleteFrom("parked_records")
    .where("feed", "=", feed)
    .where(sql<boolean>`source_id = any(${[...ids]}::text[])`)
    .execute();
}
