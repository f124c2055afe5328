import type { SyntheticRun } from "@crossdock/domain";
import type { EventLog } from "@crossdock/events";
import type { AskOwn } from "@crossdock/gateway";
import type { Ledger } from "@crossdock/ledger";
import { createSyntheticRunBook, type OrderBook } from "@crossdock/processes";
import type { Clock, Logger, Metrics, Shutdown } from "@crossdock/runtime";
import type { ErpSystem, WmsSystem } from "@crossdock/source-contract";
import type { SyntheticSettings } from "./config/synthetic-settings.ts";
import { createLeftovers } from "./synthetic/leftovers.ts";
import { createSyntheticMetrics } from "./synthetic/synthetic-metrics.ts";
import { createSyntheticProbe, type SyntheticProbe } from "./synthetic/synthetic-probe.ts";

export type SyntheticOrdersDeps = {
  readonly settings: SyntheticSettings | undefined;
  readonly ledger: Ledger;
  readonly eventLog: Pick<EventLog, "append">;
  readonly orderBook: Pick<OrderBook, "readOrders">;
  readonly erp: ErpSystem;
  readonly wms: WmsSystem;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

/**
 * What operators have of synthetic orders, and what places them once there is an API to place them by: the API shows
 * the runs, so it is made between the two.
 */
export function createSyntheticOrders(deps: SyntheticOrdersDeps) {
  const { settings, ledger, orderBook, erp, wms } = deps;
  const runBook = createSyntheticRunBook(ledger);
  if (settings === undefined) {
    return { desk: { book: runBook, begin: null }, start: () => undefined };
  }
  const metrics = createSyntheticMetrics(deps.metrics);
  const leftovers = createLeftovers({
    ledger,
    orderBook,
    erp: erp.inLane("inquiry"),
    wms: wms.inLane("inquiry"),
  });
  let probe: SyntheticProbe | null = null;
  const begin = (askedBy: string): Promise<SyntheticRun | null> => {
    if (probe === null) throw new Error("The program is still starting.");
    return probe.begin(askedBy);
  };
  return {
    desk: { book: runBook, begin },
    start(ask: AskOwn, shutdown: Shutdown) {
      probe = createSyntheticProbe({ ...deps, settings, runBook, leftovers, metrics, ask });
      probe.start();
      shutdown.onStop("synthetic orders", () => probe?.stop());
    },
  };
}
