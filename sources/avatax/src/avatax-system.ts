import type { Logger } from "@crossdock/runtime";
import { DEFAULT_LANE, oncePerLane, type TaxSystem } from "@crossdock/source-contract";
import {
  budgetOf,
  createSourceHttp,
  type BudgetSettings,
  type CallReport,
  type SourceBudget,
} from "@crossdock/source-http";
import { createAvataxClient, type AvataxAccount } from "./avatax-client.ts";
import { createTaxCalculator } from "./tax-calculator.ts";

export type AvataxOptions = {
  /** The source's name in `crossdock.yaml`. */
  readonly name: string;
  /** No slash at the end: `https://rest.avatax.com/api/v2`. */
  readonly apiUrl: string;
  readonly account: AvataxAccount;
  readonly logger: Logger;
  /** What this account may be asked; a cautious number when left out, as the vendor publishes none. */
  readonly budget?: SourceBudget;
  readonly onCall?: (call: CallReport) => void;
};

/** The vendor publishes no limit, and answers 429 to who asks for too much. */
const CAUTIOUS_CALLS_PER_MINUTE = 600;
const MINUTE_MS = 60_000;
/** What may go at once after a pause, as a part of a minute's calls. */
const BURST = 1 / 6;
const MAX_WAIT_MS = 10_000;
const CALL_TIMEOUT_MS = 10_000;

export function avataxBudget(given: BudgetSettings = {}): SourceBudget {
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

/** A tax engine behind AvaTax REST v2. Nothing is called before the first use. */
export function createAvataxSystem({
  name,
  apiUrl,
  account,
  ...options
}: AvataxOptions): TaxSystem {
  const http = createSourceHttp({
    name,
    baseUrl: apiUrl,
    budget: options.budget ?? avataxBudget(),
    timeoutMs: CALL_TIMEOUT_MS,
    logger: options.logger,
    ...(options.onCall === undefined ? {} : { onCall: options.onCall }),
  });
  const inLane = oncePerLane((lane): TaxSystem => ({
    name,
    calculations: createTaxCalculator(createAvataxClient(name, http.inLane(lane), account)),
    inLane,
    health: () => http.health(),
    close: () => http.close(),
  }));
  return inLane(DEFAULT_LANE);
}
