import { parseCurrencyCode } from "@crossdock/domain";
import { systemClock, type Clock, type Logger } from "@crossdock/runtime";
import {
  DEFAULT_LANE,
  oncePerLane,
  SHARED_LANE,
  type ErpSystem,
  type SourceLane,
} from "@crossdock/source-contract";
import {
  budgetOf,
  createSourceHttp,
  healthOf,
  remember,
  type BudgetSettings,
  type CallReport,
  type SourceBudget,
} from "@crossdock/source-http";
import { createBookedStockReader } from "./booked-stock-reader.ts";
import { createAccess, type Credentials } from "./access.ts";
import { createClient } from "./client.ts";
import { findCompany } from "./company.ts";
import { createCustomerReader } from "./customer-reader.ts";
import { createMasterDataFeed } from "./master-data-feed.ts";
import { createOrderChanger } from "./order-changer.ts";
import { createOrderFeed, createOrderReader } from "./order-reader.ts";
import { createOrderWriter } from "./order-writer.ts";
import { createPriceReader } from "./price-reader.ts";
import { createProductReader, type TrackingCodes } from "./product-reader.ts";
import { createReferenceSource } from "./reference-data.ts";
import { createStockMovementWriter } from "./stock-movement-writer.ts";
import { createReceive } from "./webhook-receiver.ts";
import { createEnsureRegistered } from "./webhook-registration.ts";

export type BusinessCentralOptions = Credentials & {
  /** The source's name in `crossdock.yaml`. */
  readonly name: string;
  /** The standard API of one environment, no slash at the end: `https://…/production/api/v2.0`. */
  readonly apiUrl: string;
  /** The published pages of the same environment: `https://…/production/ODataV4`. */
  readonly odataUrl: string;
  /** The only company of the environment when left out. */
  readonly companyName?: string;
  /** Proves that a notification comes from this ERP: a long random text, at most 2048 characters. */
  readonly clientState: string;
  readonly logger: Logger;
  /** What this application may ask; {@link BUSINESS_CENTRAL_BUDGET} when left out. */
  readonly budget?: SourceBudget;
  /** ISO 4217, what a blank currency means; USD when left out. */
  readonly localCurrency?: string;
  /** ISO 3166-1 alpha-2, what a blank country means; US when left out. */
  readonly homeCountry?: string;
  /** By item tracking code, where its name does not begin with LOT or SN. */
  readonly trackingCodes?: TrackingCodes;
  /** The batch of the item journals that our lines go into, without a number series; DEFAULT when left out. */
  readonly journalBatch?: string;
  /** How long a create may still be at work when its answer was lost. */
  readonly settleMs?: number;
  /** Whether a create looks for its order first; it does unless told otherwise. */
  readonly looksBeforeCreate?: boolean;
  readonly clock?: Clock;
  readonly onCall?: (call: CallReport) => void;
};

const MINUTE_MS = 60_000;
const PUBLISHED_CALLS = 6_000;
const WINDOW_MS = 300_000;
/** What may go at once after a pause: a deep page of a few hundred rows, not the half of what a minute has. */
const BURST = 100;
const QUEUED = 300;
const MAX_WAIT_MS = 10_000;
/** The ERP takes 6,000 calls in any five minutes of one application, five of them at once. */
export const BUSINESS_CENTRAL_BUDGET = businessCentralBudget();

/** A budget within the published limits, or within less: an ERP may be shared with other applications of the same user. */
export function businessCentralBudget(less: BudgetSettings = {}): SourceBudget {
  const perMinute = less.callsPerMinute;
  const calls = perMinute === undefined ? PUBLISHED_CALLS : perMinute * (WINDOW_MS / MINUTE_MS);
  return budgetOf({
    calls,
    windowMs: WINDOW_MS,
    burst: Math.max(1, Math.min(BURST, Math.floor(calls / 10))),
    concurrent: less.concurrent ?? 5,
    writes: "command",
    ...(less.shares === undefined ? {} : { shares: less.shares }),
    queued: QUEUED,
    maxWaitMs: MAX_WAIT_MS,
  });
}
/** The identity provider publishes no limit; a token lasts an hour. */
const TOKEN_BUDGET = budgetOf({
  calls: 30,
  windowMs: MINUTE_MS,
  burst: 10,
  concurrent: 1,
  writes: "command",
  queued: QUEUED,
  maxWaitMs: MAX_WAIT_MS,
});
const CALL_TIMEOUT_MS = 10_000;
const SETTLE_MS = 2_000;
const JOURNAL_BATCH = "DEFAULT";
const COMPANY_LIFETIME_MS = 24 * 3_600_000;

/** An ERP behind Business Central's API v2.0. Nothing is called before the first use. */
export function createBusinessCentralSystem(options: BusinessCentralOptions): ErpSystem {
  const { name, apiUrl, odataUrl, clientState, logger, clock = systemClock } = options;
  const common = {
    name,
    timeoutMs: CALL_TIMEOUT_MS,
    logger,
    ...(options.onCall === undefined ? {} : { onCall: options.onCall }),
  };
  const http = createSourceHttp({
    ...common,
    baseUrl: new URL(apiUrl).origin,
    budget: options.budget ?? BUSINESS_CENTRAL_BUDGET,
  });
  // Tokens come from another server than the data, and are no part of its budget.
  const tokenHttp = createSourceHttp({
    ...common,
    baseUrl: new URL(options.tokenUrl).origin,
    budget: TOKEN_BUDGET,
    isForAccess: true,
  });
  const access = createAccess(name, tokenHttp, options);
  const shared = http.inLane(SHARED_LANE);
  const company = remember(
    (signal) =>
      findCompany({ name, http: shared, access, apiUrl }, options.companyName ?? null, signal),
    COMPANY_LIFETIME_MS,
    () => clock.nowMs(),
  );
  const clientIn = (lane: SourceLane) =>
    createClient({ name, http: http.inLane(lane), access, apiUrl, odataUrl, company });
  const references = createReferenceSource(clientIn(SHARED_LANE), () => clock.nowMs());
  const home = {
    currency: parseCurrencyCode(options.localCurrency ?? "USD"),
    country: options.homeCountry ?? "US",
  };
  const trackingCodes = options.trackingCodes ?? {};

  const inLane = oncePerLane((lane): ErpSystem => {
    const client = clientIn(lane);
    const orders = { client, references, home };
    return {
      name,
      customers: createCustomerReader(client, home),
      products: createProductReader({ client, references, home, trackingCodes }),
      prices: createPriceReader(client, references, home),
      masterData: createMasterDataFeed({ client, references, home, trackingCodes }),
      orders: {
        ...createOrderReader(orders),
        ...createOrderFeed(orders),
        ...createOrderChanger(orders, options.settleMs ?? SETTLE_MS),
        ...createOrderWriter(orders, {
          settleMs: options.settleMs ?? SETTLE_MS,
          looksBeforeCreate: options.looksBeforeCreate ?? true,
        }),
      },
      stockMovements: createStockMovementWriter(
        { client, references, home },
        { settleMs: options.settleMs ?? SETTLE_MS, batch: options.journalBatch ?? JOURNAL_BATCH },
      ),
      bookedStock: createBookedStockReader({ client, references }),
      webhooks: {
        receive: createReceive(clientState),
        ensureRegistered: createEnsureRegistered(client, company, clientState),
      },
      inLane,
      health: () => healthOf(http, tokenHttp),
      async close() {
        await Promise.all([http.close(), tokenHttp.close()]);
      },
    };
  });
  return inLane(DEFAULT_LANE);
}
