import { setTimeout as sleep } from "node:timers/promises";
import type { EventConsumer } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import type { OrderProcess } from "@crossdock/processes";
import type { Clock, Logger, Metrics } from "@crossdock/runtime";
import type {
  ErpSystem,
  FinanceSystem,
  WebhookAnswer,
  WebhookHint,
  WebhookReceiver,
  WebhookRequest,
  WmsSystem,
} from "@crossdock/source-contract";
import { Counter } from "prom-client";
import { createFeedReader, type FeedReader } from "./feed-reader.ts";
import { erpOrderFeed } from "./feeds/erp-order.ts";
import { financeInvoiceFeed } from "./feeds/finance-invoice.ts";
import { wmsShipmentFeed } from "./feeds/wms-shipment.ts";
import { createReread } from "./reread.ts";

export type IngestOptions = {
  readonly erp: ErpSystem;
  readonly wms: WmsSystem;
  readonly finance: FinanceSystem;
  readonly ledger: Ledger;
  readonly process: OrderProcess;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** How often each source is swept for changes that no notification told. */
  readonly sweepEveryMs: Readonly<Record<"erp" | "wms" | "finance", number>>;
  /** Where sources reach us; the path of a source's receiver is `/webhooks/{name}`. */
  readonly publicUrl: string;
};

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
const REGISTER_RETRY_MS = 5_000;
/** Renewed so long before it ends. */
const RENEW_BEFORE_MS = 60 * 60_000;
const MAX_TIMER_MS = 12 * 60 * 60_000;

export function createIngest(options: IngestOptions): Ingest {
  const { erp, wms, finance, ledger, process, clock, logger, sweepEveryMs } = options;
  const shared = { ledger, clock, logger };
  const orders = createFeedReader({
    ...shared,
    feed: erpOrderFeed({ erp, process, clock }),
    sweepEveryMs: sweepEveryMs.erp,
    historyPauseMs: HISTORY_PAUSE_MS.erp,
  });
  // Shipments and invoices are filed under the customers of their orders: history goes orders first.
  const shipments = createFeedReader({
    ...shared,
    feed: wmsShipmentFeed({ wms, process, clock }),
    sweepEveryMs: sweepEveryMs.wms,
    historyPauseMs: HISTORY_PAUSE_MS.wms,
    historyAfter: orders.historyLoaded,
  });
  const invoices = createFeedReader({
    ...shared,
    feed: financeInvoiceFeed({ finance, process, clock }),
    sweepEveryMs: sweepEveryMs.finance,
    historyPauseMs: HISTORY_PAUSE_MS.finance,
    historyAfter: orders.historyLoaded,
  });
  const receivers = new Map<string, WebhookReceiver>(
    [erp, wms, finance].map(({ name, webhooks }) => [name, webhooks]),
  );
  const received = new Counter({
    name: "crossdock_webhooks_received_total",
    help: "Requests to the webhook receivers, by source and what became of them.",
    labelNames: ["source", "outcome"],
    registers: [options.metrics],
  });
  const stopping = new AbortController();
  let renewals: Promise<void>[] = [];

  const pass = ({ noun, sourceId }: WebhookHint) => {
    if (noun === "order") orders.hint(null);
    if (noun === "shipment") shipments.hint(sourceId);
    if (noun === "invoice") invoices.hint(sourceId);
  };

  /** Registers, and again before the registration ends; a source that is down is tried until it is up. */
  const keepRegistered = async (name: string, receiver: WebhookReceiver) => {
    const { signal } = stopping;
    while (!signal.aborted) {
      try {
        const until = await receiver.ensureRegistered(
          `${options.publicUrl}/webhooks/${name}`,
          signal,
        );
        if (until === null) return;
        const restMs = Date.parse(until) - clock.nowMs() - RENEW_BEFORE_MS;
        await sleep(Math.min(Math.max(restMs, REGISTER_RETRY_MS), MAX_TIMER_MS), null, { signal });
      } catch (error) {
        if (signal.aborted) return;
        logger.warn({ err: error, source: name }, "webhooks could not be registered, tried again");
        await sleep(REGISTER_RETRY_MS, null, { signal }).catch(() => undefined);
      }
    }
  };

  const feeds: readonly FeedReader[] = [orders, shipments, invoices];
  const historyLoaded = Promise.all(feeds.map((feed) => feed.historyLoaded)).then(() => undefined);
  historyLoaded.catch(() => undefined);

  return {
    feeds,
    historyLoaded,
    reread: createReread({ ledger, orders, shipments, invoices }),
    start() {
      for (const feed of feeds) feed.start();
    },
    registerWebhooks() {
      renewals = [...receivers].map(([name, receiver]) => keepRegistered(name, receiver));
    },
    receive(source, request) {
      const receiver = receivers.get(source);
      if (receiver === undefined) return null;
      const answer = receiver.receive(request);
      received.inc({ source, outcome: answer.refusal ?? "accepted" });
      if (answer.refusal !== null)
        logger.info({ source, refusal: answer.refusal }, "a webhook was refused");
      answer.hints.forEach(pass);
      return answer;
    },
    async stop() {
      stopping.abort(new Error("Ingest stops."));
      await Promise.all([...renewals, ...feeds.map((feed) => feed.stop())]);
    },
  };
}
