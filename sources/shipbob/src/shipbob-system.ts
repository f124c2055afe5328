import { systemClock, type Clock, type Logger } from "@crossdock/runtime";
import type { WmsSystem } from "@crossdock/source-contract";
import { createSourceHttp, type CallReport, type SourceBudget } from "@crossdock/source-http";
import { createShipbobClient } from "./client.ts";
import { createInventoryIndex } from "./inventory-index.ts";
import { createReleaseCanceller } from "./release-canceller.ts";
import { createReleaseWriter } from "./release-writer.ts";
import { createShipmentFeed } from "./shipment-feed.ts";
import { createShipmentReader } from "./shipment-reader.ts";
import { createSites } from "./sites.ts";
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
  /** What this account may be asked; {@link SHIPBOB_BUDGET} when left out. */
  readonly budget?: SourceBudget;
  /** Location id by warehouse code; a location's abbreviation is its code when left out. */
  readonly locationIds?: Readonly<Record<string, number>>;
  readonly shippingMethod?: string;
  readonly clock?: Clock;
  readonly onCall?: (call: CallReport) => void;
};

/**
 * The vendor takes 150 calls in any sliding minute. Our windows do not slide: seven of ten seconds
 * touch one minute, and 7 × 21 stays below 150 whatever their phase.
 */
export const SHIPBOB_BUDGET: SourceBudget = {
  calls: 21,
  windowMs: 10_000,
  concurrent: 8,
  queued: 200,
  maxWaitMs: 10_000,
};
const CALL_TIMEOUT_MS = 10_000;

/** A warehouse system behind ShipBob's API 2026-01. Nothing is called before the first use. */
export function createShipbobSystem(options: ShipbobOptions): WmsSystem {
  const { name, baseUrl, token, webhookSecret, logger, clock = systemClock } = options;
  const http = createSourceHttp({
    name,
    baseUrl,
    budget: options.budget ?? SHIPBOB_BUDGET,
    timeoutMs: CALL_TIMEOUT_MS,
    logger,
    ...(options.onCall === undefined ? {} : { onCall: options.onCall }),
  });
  const client = createShipbobClient(name, http, token);
  const sites = createSites(client, options.locationIds ?? null);
  const index = createInventoryIndex(client);

  return {
    name,
    warehouses: sites,
    stock: createStockReader({ client, index, sites }),
    shipments: {
      ...createShipmentReader({ client, sites }),
      ...createShipmentFeed({ client, sites }),
      ...createReleaseWriter({
        client,
        sites,
        ...(options.shippingMethod === undefined ? {} : { shippingMethod: options.shippingMethod }),
      }),
    },
    cancellations: createReleaseCanceller({ client, sites }),
    webhooks: {
      receive: createReceive(webhookSecret, clock),
      ensureRegistered: createEnsureRegistered(client, webhookSecret),
    },
    close: () => http.close(),
  };
}
