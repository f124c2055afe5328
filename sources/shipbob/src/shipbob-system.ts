import { systemClock, type Clock, type Logger } from "@crossdock/runtime";
import {
  DEFAULT_LANE,
  oncePerLane,
  SHARED_LANE,
  type SourceLane,
  type WmsSystem,
} from "@crossdock/source-contract";
import {
  budgetOf,
  createSourceHttp,
  headerCount,
  type BudgetSettings,
  type CallReport,
  type SourceBudget,
} from "@crossdock/source-http";
import { createChannel } from "./channel.ts";
import { createShipbobClient } from "./client.ts";
import { createInventoryIndex } from "./inventory-index.ts";
import { createReceiptFeed } from "./receipt-feed.ts";
import { createReceiptWriter } from "./receipt-writer.ts";
import { createReleaseCanceller } from "./release-canceller.ts";
import { createReleaseWriter } from "./release-writer.ts";
import { createReturnDesk } from "./return-desk.ts";
import { createShipmentFeed } from "./shipment-feed.ts";
import { createShipmentReader } from "./shipment-reader.ts";
import { createSites } from "./sites.ts";
import { createStockFeed } from "./stock-feed.ts";
import { createStockReader } from "./stock-reader.ts";
import { createReceive } from "./webhook-receiver.ts";
import { createEnsureRegistered } from "./webhook-registration.ts";

export type ShipbobOptions = {
  /** The source's name in `crossdock.yaml`. */
  readonly name: string;
  /** Without the version, no slash at the end: `https://api.shipbob.com`. */
  readonly baseUrl: string;
  /** A personal access token. */
  readonly token: string;
  /** Signs what the vendor sends us; base64, with or without `whsec_`. */
  readonly webhookSecret: string;
  readonly logger: Logger;
  /** What this account may be asked; the vendor's 150 calls a minute when left out. */
  readonly budget?: SourceBudget;
  /** Location id by warehouse code; a location's abbreviation is its code when left out. */
  readonly locationIds?: Readonly<Record<string, number>>;
  readonly shippingMethod?: string;
  readonly clock?: Clock;
  readonly onCall?: (call: CallReport) => void;
};

/** What the vendor gives every account. */
const PUBLISHED_CALLS_PER_MINUTE = 150;
const MINUTE_MS = 60_000;
/** What may go at once after a pause, as a part of a minute's calls. */
const BURST = 1 / 6;

/** A budget within the vendor's 150 calls in any sliding minute, or within another number. */
export function shipbobBudget(given: BudgetSettings = {}): SourceBudget {
  const { callsPerMinute: calls = PUBLISHED_CALLS_PER_MINUTE, concurrent = 8, shares } = given;
  return budgetOf({
    calls,
    windowMs: MINUTE_MS,
    burst: Math.max(1, Math.floor(calls * BURST)),
    concurrent,
    writes: "command",
    ...(shares === undefined ? {} : { shares }),
    queued: 200,
    maxWaitMs: 10_000,
  });
}
const CALL_TIMEOUT_MS = 10_000;

/** A warehouse system behind ShipBob's API 2026-01. Nothing is called before the first use. */
export function createShipbobSystem(options: ShipbobOptions): WmsSystem {
  const { name, baseUrl, token, webhookSecret, logger, clock = systemClock } = options;
  const http = createSourceHttp({
    name,
    baseUrl,
    budget: options.budget ?? shipbobBudget(),
    readRemaining: (headers) => ({ now: headerCount(headers, "x-remaining-calls") }),
    timeoutMs: CALL_TIMEOUT_MS,
    logger,
    ...(options.onCall === undefined ? {} : { onCall: options.onCall }),
  });
  const channel = createChannel(name, http.inLane(SHARED_LANE), token);
  const clientIn = (lane: SourceLane) =>
    createShipbobClient({ name, http: http.inLane(lane), token, channel });
  const shared = clientIn(SHARED_LANE);
  const sites = createSites(shared, options.locationIds ?? null);
  const index = createInventoryIndex(shared);

  const inLane = oncePerLane((lane): WmsSystem => {
    const client = clientIn(lane);
    return {
      name,
      warehouses: sites,
      stock: createStockReader({ client, index, sites }),
      stockFeed: createStockFeed({ client, index, sites, clock }),
      receipts: {
        ...createReceiptFeed({ client, sites }),
        ...createReceiptWriter({ client, index, sites }),
      },
      shipments: {
        ...createShipmentReader({ client, sites }),
        ...createShipmentFeed({ client, sites }),
        ...createReleaseWriter({
          client,
          sites,
          ...(options.shippingMethod === undefined
            ? {}
            : { shippingMethod: options.shippingMethod }),
        }),
      },
      returns: createReturnDesk({ client, index, sites }),
      cancellations: createReleaseCanceller({ client, sites }),
      webhooks: {
        receive: createReceive(webhookSecret, clock),
        ensureRegistered: createEnsureRegistered(client, webhookSecret),
      },
      inLane,
      health: () => http.health(),
      close: () => http.close(),
    };
  });
  return inLane(DEFAULT_LANE);
}
