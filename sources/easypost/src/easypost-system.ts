import type { Logger } from "@crossdock/runtime";
import { DEFAULT_LANE, oncePerLane, type CarrierSystem } from "@crossdock/source-contract";
import {
  budgetOf,
  createSourceHttp,
  type BudgetSettings,
  type CallReport,
  type SourceBudget,
} from "@crossdock/source-http";
import { createChargeReader } from "./charge-reader.ts";
import { createEasypostClient } from "./easypost-client.ts";
import { createRateReader } from "./rate-reader.ts";
import { createTrackingReader } from "./tracking-reader.ts";
import { createWebhookReceiver } from "./webhook-receiver.ts";

export type EasypostOptions = {
  /** The source's name in `crossdock.yaml`. */
  readonly name: string;
  /** No slash at the end: `https://api.easypost.com/v2`. */
  readonly apiUrl: string;
  readonly apiKey: string;
  /** Signs the vendor's notifications; without it there are none, and parcels have their turn. */
  readonly webhookSecret?: string;
  readonly logger: Logger;
  /** What this account may be asked; a cautious number when left out, as the vendor limits by its load. */
  readonly budget?: SourceBudget;
  readonly onCall?: (call: CallReport) => void;
};

/** The vendor limits lists to five calls a second, and everything else by its load. */
const CAUTIOUS_CALLS_PER_MINUTE = 300;
const MINUTE_MS = 60_000;
/** What may go at once after a pause, as a part of a minute's calls. */
const BURST = 1 / 6;
const MAX_WAIT_MS = 10_000;
const CALL_TIMEOUT_MS = 10_000;

export function easypostBudget(given: BudgetSettings = {}): SourceBudget {
  const { callsPerMinute: calls = CAUTIOUS_CALLS_PER_MINUTE, concurrent = 8, shares } = given;
  return budgetOf({
    calls,
    windowMs: MINUTE_MS,
    burst: Math.max(1, Math.floor(calls * BURST)),
    concurrent,
    writes: "posting",
    ...(shares === undefined ? {} : { shares }),
    queued: 200,
    maxWaitMs: MAX_WAIT_MS,
  });
}

/** Carriers behind EasyPost's API v2. Nothing is called before the first use. */
export function createEasypostSystem({
  name,
  apiUrl,
  apiKey,
  webhookSecret,
  ...options
}: EasypostOptions): CarrierSystem {
  const http = createSourceHttp({
    name,
    baseUrl: apiUrl,
    budget: options.budget ?? easypostBudget(),
    timeoutMs: CALL_TIMEOUT_MS,
    logger: options.logger,
    ...(options.onCall === undefined ? {} : { onCall: options.onCall }),
  });
  const inLane = oncePerLane((lane): CarrierSystem => {
    const client = createEasypostClient(name, http.inLane(lane), apiKey);
    return {
      name,
      rates: createRateReader(client),
      charges: createChargeReader(client),
      tracking: createTrackingReader(client),
      webhooks: webhookSecret === undefined ? null : createWebhookReceiver(client, webhookSecret),
      inLane,
      health: () => http.health(),
      close: () => http.close(),
    };
  });
  return inLane(DEFAULT_LANE);
}
