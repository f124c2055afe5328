import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Ledger } from "@crossdock/ledger";
import type { Clock, Logger } from "@crossdock/runtime";
import type { Activity } from "./activity.ts";
import type { FeedEar } from "./feed-ear.ts";
import type { FeedMetrics } from "./feed-metrics.ts";
import { lockFeed, type Feed } from "./feed.ts";
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
  /** Told when records begin to wait for orders that the book does not know. */
  readonly onParked?: () => void;
};

/** Of one transaction: what happens today moves orders on, step by step, while others want to use the ledger. */
const RECORD_BATCH = 10;
/** Between two of them, so that whoever waits for the ledger is through with it before the next. */
const BREATH_MS = 10;
/** History only fills the books. */
const HISTORY_BATCH = 250;

export function createFeedRecorder<Item>(options: FeedRecorderOptions<Item>): FeedRecorder<Item> {
  const { feed, ledger, metrics, activity, ear } = options;
  const { waitsForOrders: waits } = feed;
  const gate = waits === undefined ? null : createOrderGate({ ...options, feed: feed.name, waits });
  /** An earlier process may have left some. */
  let hasParked = gate !== null;

  const recordBatch = async (items: readonly Item[], isHistory: boolean) => {
    const correlationId = randomUUID();
    const recorded = await ledger.transaction(async (trx) => {
      await lockFeed(trx, feed.name);
      // History is walked orders first; what it lacks then will not come.
      const ready = gate === null || isHistory ? items : await gate.admit(trx, items);
      if (ready.length > 0) await feed.record(trx, ready, { history: isHistory, correlationId });
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
        const correlationId = randomUUID();
        const left = await ledger.transaction(async (trx) => {
          await lockFeed(trx, feed.name);
          const items = await gate.release(trx, RECORD_BATCH);
          released = items.length;
          if (items.length > 0) await feed.record(trx, items, { history: false, correlationId });
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
