import { parseCurrencyCode } from "@crossdock/domain";
import { systemClock, type Clock, type Logger } from "@crossdock/runtime";
import {
  DEFAULT_LANE,
  oncePerLane,
  SHARED_LANE,
  type FinanceSystem,
  type SourceLane,
} from "@crossdock/source-contract";
import {
  budgetOf,
  createSourceHttp,
  healthOf,
  type BudgetSettings,
  type CallReport,
  type SourceBudget,
} from "@crossdock/source-http";
import { createAccess, type XeroCredentials } from "./access.ts";
import { createClosedPeriodReader } from "./closed-period.ts";
import { createContactDirectory } from "./contact-directory.ts";
import { createCreditMemoWriter } from "./credit-memo-writer.ts";
import { createInvoiceFeed } from "./invoice-feed.ts";
import { createInvoiceReader } from "./invoice-reader.ts";
import { createInvoiceWriter, type BookingRules } from "./invoice-writer.ts";
import { createPaymentWriter } from "./payment-writer.ts";
import { createRefundWriter } from "./refund-writer.ts";
import { createReceivablesReader } from "./receivables-reader.ts";
import { readRemaining } from "./remaining-calls.ts";
import { createWebhookReceiver } from "./webhook-receiver.ts";
import { createXeroClient } from "./xero-client.ts";

export type XeroOptions = {
  /** The source's name in `crossdock.yaml`. */
  readonly name: string;
  /** No slash at the end: `https://api.xero.com/api.xro/2.0`. */
  readonly apiUrl: string;
  /** `https://identity.xero.com/connect/token`. */
  readonly tokenUrl: string;
  readonly credentials: XeroCredentials;
  /** Signs what the vendor sends us. */
  readonly webhookKey: string;
  readonly booking: BookingRules;
  /** Code of the account that receives customers' money; without it every payment is refused. */
  readonly paymentAccountCode?: string;
  /** Of customers that have none of their own in finance; `USD` when left out. */
  readonly baseCurrency?: string;
  readonly logger: Logger;
  /** What this organisation may be asked; the vendor's 60 calls a minute when left out. */
  readonly budget?: SourceBudget;
  /** Rows of one page of the change feed; 200 when left out. */
  readonly feedPageRows?: number;
  readonly clock?: Clock;
  readonly onCall?: (call: CallReport) => void;
};

const MINUTE_MS = 60_000;
/** What the vendor gives every organisation. */
const PUBLISHED = { callsPerMinute: 60, callsPerDay: 5_000, concurrent: 5 };
/** What may go at once after a pause, as a part of a minute's calls. */
const BURST = 1 / 5;
const MAX_WAIT_MS = 15_000;

/** A budget within the vendor's 60 calls in any sliding minute and 5,000 a day, or within other numbers. */
export function xeroBudget(
  given: BudgetSettings & { readonly callsPerDay?: number } = {},
): SourceBudget {
  const { callsPerMinute: calls, callsPerDay, concurrent, shares } = { ...PUBLISHED, ...given };
  return budgetOf({
    calls,
    windowMs: MINUTE_MS,
    burst: Math.max(1, Math.floor(calls * BURST)),
    concurrent,
    callsPerDay,
    writes: "posting",
    ...(shares === undefined ? {} : { shares }),
    queued: 200,
    maxWaitMs: MAX_WAIT_MS,
  });
}
/** The identity server publishes no limit; a token lasts half an hour. */
const TOKEN_BUDGET = budgetOf({
  calls: 10,
  windowMs: MINUTE_MS,
  burst: 5,
  concurrent: 1,
  writes: "posting",
  queued: 10,
  maxWaitMs: 10_000,
});
const CALL_TIMEOUT_MS = 20_000;

/** A finance system behind Xero's Accounting API. Nothing is called before the first use. */
export function createXeroSystem(options: XeroOptions): FinanceSystem {
  const { name, apiUrl, tokenUrl, credentials, logger, clock = systemClock } = options;
  const common = {
    name,
    timeoutMs: CALL_TIMEOUT_MS,
    logger,
    ...(options.onCall === undefined ? {} : { onCall: options.onCall }),
  };
  const api = createSourceHttp({
    ...common,
    baseUrl: apiUrl,
    budget: options.budget ?? xeroBudget(),
    readRemaining,
  });
  const identity = createSourceHttp({
    ...common,
    baseUrl: tokenUrl,
    budget: TOKEN_BUDGET,
    isForAccess: true,
  });
  const tokens = createAccess(name, identity, credentials);
  const clientIn = (lane: SourceLane) =>
    createXeroClient({ name, api: api.inLane(lane), tokens, tenantId: credentials.tenantId });
  const directory = createContactDirectory(clientIn(SHARED_LANE), clock);
  const baseCurrency = parseCurrencyCode(options.baseCurrency ?? "USD");

  const inLane = oncePerLane((lane): FinanceSystem => {
    const client = clientIn(lane);
    const deps = { client, directory, clock };
    const reader = createInvoiceReader(deps);
    return {
      name,
      invoices: {
        ...reader,
        ...createInvoiceWriter({ ...deps, reader, rules: options.booking }),
        ...createInvoiceFeed(deps, options.feedPageRows),
      },
      payments: createPaymentWriter({
        client,
        paymentAccountCode: options.paymentAccountCode ?? null,
      }),
      creditMemos: createCreditMemoWriter({ ...deps, reader, rules: options.booking }),
      refunds: createRefundWriter({
        client,
        paymentAccountCode: options.paymentAccountCode ?? null,
        currency: baseCurrency,
      }),
      periods: createClosedPeriodReader(client),
      receivables: createReceivablesReader({ client, directory, baseCurrency }),
      webhooks: createWebhookReceiver(options.webhookKey, credentials.tenantId),
      inLane,
      health: () => healthOf(api, identity),
      async close() {
        await Promise.all([api.close(), identity.close()]);
      },
    };
  });
  return inLane(DEFAULT_LANE);
}
