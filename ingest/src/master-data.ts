import type { Ledger } from "@crossdock/ledger";
import type { OrderProcess } from "@crossdock/processes";
import type { Clock, Logger } from "@crossdock/runtime";
import type { ErpSystem, WebhookHint } from "@crossdock/source-contract";
import type { FeedMetrics } from "./feed-metrics.ts";
import { erpCustomerFeed } from "./feeds/erp-customer.ts";
import { erpPriceFeed } from "./feeds/erp-price.ts";
import { erpProductFeed } from "./feeds/erp-product.ts";
import { createMasterDataReader, type MasterDataReader } from "./master-data-reader.ts";
import type { WatchedFeed } from "./silence-watch.ts";

/** How often what the ERP has of items, customers and prices is looked at. */
export type MasterDataPace = {
  /** For items and customers that changed. */
  readonly deltaEveryMs: number;
  /** For all price lines: the ERP does not tell which of them changed. */
  readonly priceEveryMs: number;
  /** For all items and customers: what is gone is in no list of changes. */
  readonly fullEveryMs: number;
};

export type MasterDataOptions = {
  readonly erp: ErpSystem;
  readonly ledger: Ledger;
  readonly process: OrderProcess;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: FeedMetrics;
  readonly pace: MasterDataPace;
  /** Whether a person has stopped what is asked of a source; never when left out. */
  readonly isPaused?: (source: string) => boolean;
  /** The first load begins when this resolves: orders are needed sooner. */
  readonly startAfter: Promise<void>;
  /** So long the ERP may be silent before a person has to know; three looks when that is longer. */
  readonly silentAfterMs: number;
};

/** The copies of what the ERP has of items, customers and prices, in a lane of their own. */
export interface MasterData {
  start(): void;
  stop(): Promise<void>;
  /** The ERP told that a record of this kind changed. Kinds that are not copied are passed over. */
  hint(noun: WebhookHint["noun"]): void;
  readonly watched: readonly WatchedFeed[];
}

const LOOKS_OF_SILENCE = 3;

export function createMasterData(options: MasterDataOptions): MasterData {
  const { ledger, pace } = options;
  const erp = options.erp.inLane("masterData");
  const { deltaEveryMs, fullEveryMs, priceEveryMs } = pace;
  const slow = { ...options, deltaEveryMs, fullEveryMs };
  const products = createMasterDataReader({ ...slow, feed: erpProductFeed(erp, ledger) });
  const customers = createMasterDataReader({ ...slow, feed: erpCustomerFeed(erp, ledger) });
  const prices = createMasterDataReader({
    ...slow,
    fullEveryMs: priceEveryMs,
    feed: erpPriceFeed(erp),
    // One after the other: each is a part of the first start that nobody waits for.
    startAfter: products.loaded,
  });
  const readers: readonly (readonly [MasterDataReader, number])[] = [
    [products, deltaEveryMs],
    [customers, deltaEveryMs],
    [prices, priceEveryMs],
  ];
  return {
    start() {
      for (const [reader] of readers) reader.start();
    },
    async stop() {
      await Promise.all(readers.map(([reader]) => reader.stop()));
    },
    hint(noun) {
      if (noun === "product") products.hint();
      if (noun === "customer") customers.hint();
    },
    watched: readers.map(([{ name, source, ear }, everyMs]) => ({
      name,
      source,
      ear,
      silentAfterMs: Math.max(options.silentAfterMs, LOOKS_OF_SILENCE * everyMs),
    })),
  };
}
