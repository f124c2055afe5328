import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import type { Clock, Logger } from "@crossdock/runtime";
import type { Activity } from "./activity.ts";
import type { FeedEar } from "./feed-ear.ts";
import type { FeedMetrics } from "./feed-metrics.ts";
import { lockFeed, type Feed } from "./feed.ts";
import type { FeedSpans } from "./feed-spans.ts";
import { createOrderGate, type OrderGateOptions } from "./order-gate.ts";

/** Writes what a feed brings into the books, in short transactions. */
export interface FeedRecorder<Item> {
  /** Records whose orders are not in the book yet are parked, unless they are history. */
  record(items: readonly Item[], isHistory: boolean): Promise<void>;
  /** Records what was parked and need not, or must not, wait any longer. */
  releaseParked(): Promise<void>;
  /** Whether something is parked, or may be. */
  readonly hasParked: boolean;
}

export type FeedRecorderOptions<Item> = Pick<
  OrderGateOptions<Item>,
  "parkMs" | "ordersReadAtMs"
> & {
  readonly feed: Feed<Item>;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: FeedMetrics;
  readonly activity: Activity;
  readonly ear: FeedEar;
  readonly spans: FeedSpans;
  /** Told when records begin to wait for orders that the book does not know. */
  readonly onParked?: () => void;
};

/** Of one transaction: what happens today moves orders on, step by step, while others want to use the ledger. */
const RECORD_BATCH = 5;
/** Between two of them, so that whoever waits for the ledger is through with it before the next. */
const BREATH_MS = 10;
/** History only fills the books. */
const HISTORY_BATCH = 250;

export function createFeedRecorder<Item>(options: FeedRecorderOptions<Item>): FeedRecorder<Item> {
  const { feed, ledger, metrics, activity, ear, spans } = options;
  const { waitsForOrders: waits } = feed;
  const gate = waits === undefined ? null : createOrderGate({ ...options, feed: feed.name, waits });
  /** An earlier process may have left some. */
  let hasParked = gate !== null;

  const idOf = (item: Item) => waits?.sourceIdOf(item) ?? null;

  /** `recording` in one transaction, with the spans of what it records. */
  const inTransaction = async <Result>(
    read: readonly Item[],
    recording: (
      trx: LedgerTransaction,
      record: (items: readonly Item[], isHistory: boolean) => Promise<void>,
    ) => Promise<Result>,
  ): Promise<Result> => {
    const correlationId = randomUUID();
    const ofRead = spans.begin();
    const spanOf = (item: Item, traceparent: string | null) => ofRead.of(idOf(item), traceparent);
    const ids = read.flatMap((item) => idOf(item) ?? []);
    try {
      const result = await ledger.transaction(async (trx) => {
        await lockFeed(trx, feed.name);
        return recording(trx, async (items, history) => {
          if (items.length > 0) await feed.record(trx, items, { history, correlationId, spanOf });
        });
      });
      ofRead.end(ids);
      return result;
    } catch (error) {
      ofRead.end(ids, "not recorded");
      throw error;
    }
  };

  const recordBatch = async (items: readonly Item[], isHistory: boolean) => {
    const recorded = await inTransaction(items, async (trx, record) => {
      // History is walked orders first; what it lacks then will not come.
      const ready = gate === null || isHistory ? items : await gate.admit(trx, items);
      await record(ready, isHistory);
      return ready;
    });
    const isNews = !isHistory && ear.recorded(recorded.map((item) => feed.modifiedAtOf(item)));
    if (isNews) activity.note();
    if (recorded.length === items.length) return;
    hasParked = true;
    options.onParked?.();
  };

  return {
    async record(items, isHistory) {
      const batch = isHistory ? HISTORY_BATCH : RECORD_BATCH;
      for (let at = 0; at < items.length; at += batch) {
        if (at > 0) await sleep(BREATH_MS);
        await recordBatch(items.slice(at, at + batch), isHistory);
      }
    },

    async releaseParked() {
      if (gate === null) return;
      let released = RECORD_BATCH;
      while (hasParked && released === RECORD_BATCH) {
        const left = await inTransaction([], async (trx, record) => {
          const items = await gate.release(trx, RECORD_BATCH);
          released = items.length;
          await record(items, false);
          return gate.count(trx);
        });
        hasParked = left > 0;
        metrics.waiting(feed.name, left);
        if (hasParked) await sleep(BREATH_MS);
      }
    },

    get hasParked() {
      return hasParked;
    },
  };
}
