import type { EventConsumer } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import {
  createReceiptBook,
  createReturnBook,
  createStockBook,
  type OrderProcess,
} from "@crossdock/processes";
import type { Clock, Logger, Metrics } from "@crossdock/runtime";
import type {
  CarrierSystem,
  ErpSystem,
  FinanceSystem,
  WebhookAnswer,
  WebhookReceiver,
  WebhookRequest,
  WmsSystem,
} from "@crossdock/source-contract";
import { createActivity } from "./activity.ts";
import { createCarrierTracking } from "./carrier-tracking.ts";
import { createFeedMetrics } from "./feed-metrics.ts";
import { createFeedReader, type FeedReader } from "./feed-reader.ts";
import { erpOrderFeed } from "./feeds/erp-order.ts";
import { financeInvoiceFeed } from "./feeds/finance-invoice.ts";
import { wmsReceiptFeed } from "./feeds/wms-receipt.ts";
import { wmsReturnFeed } from "./feeds/wms-return.ts";
import { wmsShipmentFeed } from "./feeds/wms-shipment.ts";
import { wmsStockFeed } from "./feeds/wms-stock.ts";
import { createMasterData, type MasterDataPace } from "./master-data.ts";
import { createSilenceWatch } from "./silence-watch.ts";
import { createWebhookIntake } from "./webhook-intake.ts";
import { createWebhookRegistrations } from "./webhook-registrations.ts";
import { createReread } from "./reread.ts";

export type IngestOptions = {
  readonly erp: ErpSystem;
  readonly wms: WmsSystem;
  readonly finance: FinanceSystem;
  /** Who tells how far parcels are, beside the warehouse; `null` where nobody does. */
  readonly carrier: CarrierSystem | null;
  /** How often parcels that are under way are asked for; a minute where it is left out. */
  readonly trackEveryMs?: number;
  readonly ledger: Ledger;
  readonly process: OrderProcess;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** How often each source is swept for changes that no notification told. */
  readonly sweepEveryMs: PerSource<number>;
  /** The same while nothing happens anywhere; as often as always where it is left out. */
  readonly restSweepEveryMs?: Partial<PerSource<number>>;
  /** A feed of which nothing is heard for so long comes before the operator; ten sweeps when it is left out. */
  readonly silentAfterMs?: Partial<PerSource<number>>;
  readonly masterDataPace: MasterDataPace;
  /** Whether a person has stopped what is asked of a source, by its name: its feeds rest. */
  readonly isPaused: (source: string) => boolean;
  /** Where sources reach us; the path of a source's receiver is `/webhooks/{name}`. */
  readonly publicUrl: string;
};

type PerSource<Value> = Readonly<Record<"erp" | "wms" | "finance", Value>>;

/** What the sources tell: notifications and sweeps, into the books and the event log. */
export interface Ingest {
  /** Begins to read the feeds. */
  start(): void;
  /** Makes the sources notify us; call it when their requests can be answered. */
  registerWebhooks(): void;
  stop(): Promise<void>;
  /** Answers a request to `/webhooks/{source}`; `null` when there is no such source. */
  receive(source: string, request: WebhookRequest): WebhookAnswer | null;
  /** Resolves when everything that the sources held before is in the books. */
  readonly historyLoaded: Promise<void>;
  readonly feeds: readonly FeedReader[];
  /** Reads again what events are about. */
  readonly reread: EventConsumer;
}

/** Warehouse and finance give few calls a minute; most are for work that somebody waits for. */
const HISTORY_PAUSE_MS = { erp: 0, wms: 1_000, finance: 1_000 } as const;
/** Several calls a sweep, for which nobody waits: so often at most, and its history so slowly. */
const STOCK_PACE_MS = { sweep: 15_000, historyPause: 3_000 } as const;
const SWEEPS_OF_SILENCE = 10;
const STOCK_SWEEPS_OF_SILENCE = 3;
const LEAST_SILENCE_MS = 120_000;

const TRACK_EVERY_MS = 60_000;

export function createIngest(options: IngestOptions): Ingest {
  const { erp, wms, finance, ledger, process, clock, logger, isPaused } = options;
  const metrics = createFeedMetrics(options.metrics);
  const activity = createActivity(clock);
  const shared = { ledger, clock, logger, metrics, activity, isPaused };
  const paceOf = (source: keyof PerSource<number>) => ({
    sweepEveryMs: options.sweepEveryMs[source],
    restSweepEveryMs: options.restSweepEveryMs?.[source] ?? options.sweepEveryMs[source],
    historyPauseMs: HISTORY_PAUSE_MS[source],
  });
  const orders = createFeedReader({
    ...shared,
    ...paceOf("erp"),
    feed: erpOrderFeed({ erp, process, clock }),
  });
  // What waits for an order is let go sooner when the ERP is asked for it now.
  const afterOrders = {
    onParked: () => orders.hint(null),
    ordersReadAtMs: () => orders.readThroughMs,
  };
  // Shipments and invoices are filed under the customers of their orders: history goes orders first.
  const shipments = createFeedReader({
    ...shared,
    ...paceOf("wms"),
    feed: wmsShipmentFeed({ wms, process, clock }),
    historyAfter: orders.historyLoaded,
    ...afterOrders,
  });
  const invoices = createFeedReader({
    ...shared,
    ...paceOf("finance"),
    feed: financeInvoiceFeed({ finance, process, clock }),
    historyAfter: orders.historyLoaded,
    ...afterOrders,
  });
  const stockPace = {
    sweepEveryMs: Math.max(STOCK_PACE_MS.sweep, paceOf("wms").sweepEveryMs),
    restSweepEveryMs: paceOf("wms").restSweepEveryMs,
    historyPauseMs: STOCK_PACE_MS.historyPause,
  };
  const stock = createFeedReader({
    ...shared,
    ...stockPace,
    feed: wmsStockFeed({ wms, book: createStockBook(ledger), process, clock }),
    historyAfter: orders.historyLoaded,
  });
  const receipts = createFeedReader({
    ...shared,
    ...stockPace,
    feed: wmsReceiptFeed({ wms, book: createReceiptBook(ledger), process, clock }),
    historyAfter: orders.historyLoaded,
  });
  const returns = createFeedReader({
    ...shared,
    ...paceOf("wms"),
    feed: wmsReturnFeed({ wms, returnBook: createReturnBook(ledger), process, clock }),
  });
  const { carrier, trackEveryMs: everyMs = TRACK_EVERY_MS } = options;
  const tracking =
    carrier === null ? null : createCarrierTracking({ ...shared, carrier, process, everyMs });
  const masterData = createMasterData({
    ...shared,
    erp,
    process,
    pace: options.masterDataPace,
    startAfter: orders.historyLoaded,
    silentAfterMs: silentAfterMsOf(options, "erp"),
  });
  const receivers = new Map<string, WebhookReceiver>(
    [erp, wms, finance].map(({ name, webhooks }) => [name, webhooks]),
  );
  if (carrier?.webhooks != null) receivers.set(carrier.name, carrier.webhooks);
  const told = (feed: FeedReader, sourceId: string | null) => {
    feed.ear.heard();
    feed.hint(sourceId, clock.nowMs());
  };
  const intake = createWebhookIntake({
    receivers,
    logger,
    metrics: options.metrics,
    onHint({ noun, sourceId }) {
      // The ERP's notifications name records by ids that no bulk read takes: a sweep follows.
      if (noun === "order") told(orders, null);
      if (noun === "shipment") told(shipments, sourceId);
      if (noun === "return") told(returns, sourceId);
      if (noun === "invoice") told(invoices, sourceId);
      if (noun === "parcel") tracking?.hint(sourceId);
      masterData.hint(noun);
    },
  });
  const registrations = createWebhookRegistrations({
    receivers,
    publicUrl: options.publicUrl,
    clock,
    logger,
  });

  const stockSilentAfterMs = Math.max(
    silentAfterMsOf(options, "wms"),
    STOCK_SWEEPS_OF_SILENCE * stockPace.sweepEveryMs,
  );
  const watched = [
    [orders, silentAfterMsOf(options, "erp")],
    [shipments, silentAfterMsOf(options, "wms")],
    [returns, silentAfterMsOf(options, "wms")],
    [invoices, silentAfterMsOf(options, "finance")],
    // They have no notifications, and one sweep that fails is no silence.
    [stock, stockSilentAfterMs],
    [receipts, stockSilentAfterMs],
  ] as const;
  const feeds: readonly FeedReader[] = watched.map(([feed]) => feed);
  const watch = createSilenceWatch({
    feeds: [
      ...watched.map(([feed, silentAfterMs]) => ({
        name: feed.name,
        source: feed.source,
        ear: feed.ear,
        silentAfterMs,
      })),
      ...masterData.watched,
    ],
    ledger,
    process,
    clock,
    logger,
    metrics,
    isPaused,
  });
  const historyLoaded = Promise.all(feeds.map((feed) => feed.historyLoaded)).then(() => undefined);
  historyLoaded.catch(() => undefined);

  return {
    feeds,
    historyLoaded,
    reread: createReread({ ledger, orders, shipments, invoices }),
    start() {
      for (const feed of feeds) feed.start();
      masterData.start();
      tracking?.start();
      watch.start();
    },
    registerWebhooks: () => registrations.start(),
    receive: (source, request) => intake.receive(source, request),
    async stop() {
      await Promise.all([
        registrations.stop(),
        watch.stop(),
        masterData.stop(),
        tracking?.stop(),
        ...feeds.map((feed) => feed.stop()),
      ]);
    },
  };
}

function silentAfterMsOf(
  { silentAfterMs, sweepEveryMs }: Pick<IngestOptions, "silentAfterMs" | "sweepEveryMs">,
  source: keyof PerSource<number>,
): number {
  return silentAfterMs?.[source] ?? silenceOf(sweepEveryMs[source]);
}

/** So long a feed may be silent where nothing else is said: several sweeps long, and never for a hiccup. */
function silenceOf(sweepEveryMs: number): number {
  return Math.max(LEAST_SILENCE_MS, SWEEPS_OF_SILENCE * sweepEveryMs);
}
