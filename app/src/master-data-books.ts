import type { MasterDataPace } from "@crossdock/ingest";
import type { Ledger } from "@crossdock/ledger";
import { createCustomerBook, createPriceBook, createProductBook } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { CrossdockConfig } from "./config/crossdock-yaml.ts";

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
/** A look that is late is no outage; two in a row are. */
const LOOKS_UNTIL_STALE = 2;
/** As long as one look may take. */
const LOOK_MS = 10_000;

export function masterDataPaceOf({ masterData }: CrossdockConfig): MasterDataPace {
  return {
    deltaEveryMs: masterData.deltaSeconds * SECOND_MS,
    priceEveryMs: masterData.priceSeconds * SECOND_MS,
    fullEveryMs: masterData.fullHours * HOUR_MS,
  };
}

/** The copies of the ERP's items, customers and prices, which know how often they are looked after. */
export function createMasterDataBooks(deps: {
  readonly ledger: Pick<Ledger, "db" | "kind">;
  readonly source: string;
  readonly clock: Clock;
  readonly pace: MasterDataPace;
}) {
  const { deltaEveryMs, priceEveryMs } = deps.pace;
  const staleAfter = (everyMs: number) => ({
    ...deps,
    staleAfterMs: LOOKS_UNTIL_STALE * everyMs + LOOK_MS,
  });
  return {
    productBook: createProductBook(staleAfter(deltaEveryMs)),
    customerBook: createCustomerBook(staleAfter(deltaEveryMs)),
    priceBook: createPriceBook(staleAfter(priceEveryMs)),
  };
}
