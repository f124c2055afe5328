import type { Instant } from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import type { Page } from "@crossdock/source-contract";
import { sql } from "kysely";
import type { WaitsForOrders } from "./order-gate.ts";

export type RecordOptions<Item> = {
  readonly history: boolean;
  readonly correlationId: string;
  /**
   * From which span goes on what a record means to an order in whose trace it is shown; left out: it is in no trace.
   * @param traceparent where the order's trace began; `null` when it is in none
   */
  readonly spanOf?: (item: Item, traceparent: string | null) => string | null;
};

/** One kind of record of one source: how its changes are listed, re-read and recorded. */
export interface Feed<Item> {
  /** e.g. `wms-shipment`; names the watermark, the log lines and the metrics. */
  readonly name: string;
  /** The source's name in `crossdock.yaml`. */
  readonly source: string;
  listChanged(
    query: { readonly since: Instant | null; readonly after: string | null },
    signal: AbortSignal,
  ): Promise<Page<Item>>;
  /** By the source's own ids, as notifications name them; what is gone is left out. */
  readAgain(sourceIds: readonly string[], signal: AbortSignal): Promise<readonly Item[]>;
  modifiedAtOf(item: Item): Instant;
  /** For records that are about orders: they are not recorded before these, see `OrderGate`. */
  readonly waitsForOrders?: WaitsForOrders<Item>;
  /**
   * Writes what is new into the books and the event log; what is known already changes nothing.
   * @param history the records are from before we listened: they fill the books and are no news
   */
  record(
    trx: LedgerTransaction,
    items: readonly Item[],
    options: RecordOptions<Item>,
  ): Promise<void>;
  /** Notes what a sweep has seen to be as it was; everything that it has told is recorded. */
  readonly noteSwept?: (trx: LedgerTransaction) => Promise<void>;
}

/** One writer a feed: taken first in the transaction, before any row. */
export async function lockFeed(trx: LedgerTransaction, feed: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`feed:${feed}`}, 0))`.execute(trx);
}
