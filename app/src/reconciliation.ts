import type { Ingest } from "@crossdock/ingest";
import type { Ledger } from "@crossdock/ledger";
import type { OrderProcess } from "@crossdock/processes";
import { createReconciliations, type ComparisonDeps } from "@crossdock/reconciliation";
import type { Clock, Logger, Metrics, Shutdown } from "@crossdock/runtime";
import type { ErpSystem, FinanceSystem, WmsSystem } from "@crossdock/source-contract";
import type { ReconciliationSettings } from "./config/reconciliation-settings.ts";
import { SCOPE_NAMES, type ScopeName } from "./config/scope-names.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Books = Pick<
  ComparisonDeps,
  "orderBook" | "shipmentBook" | "invoiceBook" | "productBook" | "stockBook" | "stockPolicy"
>;

/** Comparing the systems, in the lane of a source that nobody waits for. It runs until `shutdown`. */
export function startReconciliations(
  deps: Books & {
    readonly sources: {
      readonly erp: ErpSystem;
      readonly wms: WmsSystem;
      readonly finance: FinanceSystem;
    };
    readonly settings: ReconciliationSettings;
    readonly ingest: Pick<Ingest, "feeds">;
    /** For work that nobody waits for. */
    readonly ledger: Ledger;
    readonly process: Pick<OrderProcess, "apply">;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly metrics: Metrics;
  },
  shutdown: Shutdown,
) {
  const { sources, settings, ingest, ...others } = deps;
  const erp = sources.erp.inLane("masterData");
  const wms = sources.wms.inLane("masterData");
  const finance = sources.finance.inLane("masterData");
  const feedOf = (source: string, noun: string) => {
    const name = `${source}-${noun}`;
    const feed = ingest.feeds.find((one) => one.name === name);
    if (feed === undefined) throw new Error(`There is no feed ${name}.`);
    return feed;
  };
  const feeds = {
    stock: feedOf(wms.name, "stock"),
    order: feedOf(erp.name, "order"),
    shipment: feedOf(wms.name, "shipment"),
    invoice: feedOf(finance.name, "invoice"),
  };
  const reconciliations = createReconciliations({
    ...others,
    erp,
    wms,
    finance,
    readAgain: {
      stock: (skus, signal) => feeds.stock.readNow(skus, signal),
      order: (numbers, signal) => feeds.order.readNow(numbers, signal),
      shipment: (ids, signal) => feeds.shipment.readNow(ids, signal),
      invoice: (ids, signal) => feeds.invoice.readNow(ids, signal),
    },
    readThrough: [feeds.order, feeds.shipment, feeds.invoice].map(
      (feed) => () => feed.readThroughMs,
    ),
    schedule: Object.fromEntries(
      (Object.keys(SCOPE_NAMES) as ScopeName[]).flatMap((name) =>
        settings[name] === undefined ? [] : [[SCOPE_NAMES[name], settings[name]]],
      ),
    ),
    settings: { days: settings.days, billedWithinMs: settings.billedWithinHours * HOUR_MS },
    keepMs: settings.keepDays * DAY_MS,
    autoRepair: settings.autoRepair.map((name) => SCOPE_NAMES[name]),
  });
  reconciliations.start();
  shutdown.onStop("reconciliations", () => reconciliations.stop());
  return reconciliations;
}
