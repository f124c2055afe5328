import type { Clock, Logger, Metrics } from "@crossdock/runtime";
import { avataxBudget, createAvataxSystem } from "@crossdock/source-avatax";
import {
  businessCentralBudget,
  createBusinessCentralSystem,
} from "@crossdock/source-business-central";
import type {
  CarrierSystem,
  ErpSystem,
  FinanceSystem,
  SourceLane,
  TaxSystem,
  WmsSystem,
} from "@crossdock/source-contract";
import { createEasypostSystem, easypostBudget } from "@crossdock/source-easypost";
import {
  withoutLanes,
  type BudgetSettings,
  type CallReport,
  type SourceBudget,
} from "@crossdock/source-http";
import { createShipbobSystem, shipbobBudget } from "@crossdock/source-shipbob";
import type { ObservedSource } from "@crossdock/subgraph-operations";
import { createXeroSystem, xeroBudget } from "@crossdock/source-xero";
import { Histogram } from "prom-client";
import { measureLanes } from "./source-metrics.ts";
import type { SourcesConfig } from "./config/crossdock-yaml.ts";

export type Sources = {
  readonly erp: ErpSystem;
  readonly wms: WmsSystem;
  readonly finance: FinanceSystem;
  /** `null` where there is none: then tax is what finance computes. */
  readonly tax: TaxSystem | null;
  /** `null` where there is none: then freight is part of the prices. */
  readonly carrier: CarrierSystem | null;
  close(): Promise<void>;
};

/** The vendor's largest page: a long history costs few of its calls. */
const FINANCE_PAGE_ROWS = 1_000;

/** The adapters that the configuration names: the one place that knows real systems. */
export function createSources(options: {
  readonly config: SourcesConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Whether the ERP is asked for an order before it is sent one: see blind-sources.ts. */
  readonly looksBeforeCreate: boolean;
  /** Whether each purpose has its share of a source's budget; they do, but for a measurement. */
  readonly hasLanes: boolean;
  /** Whether a person has stopped what is asked of a source, by its name. */
  readonly isPaused: (source: string) => boolean;
}): Sources {
  const { config, clock, logger, metrics, looksBeforeCreate } = options;
  const budgetFor = (name: string, budget: SourceBudget): SourceBudget => ({
    ...(options.hasLanes ? budget : withoutLanes(budget)),
    isPaused: () => options.isPaused(name),
  });
  const shared = { clock, logger, onCall: createCallHistogram(metrics) };
  const erp = createBusinessCentralSystem({
    ...shared,
    budget: budgetFor("erp", businessCentralBudget(settingsOf(config.erp.budget))),
    name: "erp",
    tokenUrl: config.erp.tokenUrl,
    apiUrl: config.erp.apiUrl,
    odataUrl: config.erp.odataUrl,
    companyName: config.erp.company,
    clientId: config.erp.clientId,
    clientSecret: config.erp.clientSecret,
    clientState: config.erp.webhookSecret,
    looksBeforeCreate,
  });
  const wms = createShipbobSystem({
    ...shared,
    budget: budgetFor("wms", shipbobBudget(settingsOf(config.wms.budget))),
    name: "wms",
    baseUrl: config.wms.url,
    token: config.wms.token,
    webhookSecret: config.wms.webhookSecret,
  });
  const { clientId, clientSecret, tenantId, ...finances } = config.finance;
  const { salesAccount, paymentAccount, taxType } = finances;
  const { taxedType = taxType, freightAccount = salesAccount } = finances;
  const { callsPerDay } = finances.budget ?? {};
  const finance = createXeroSystem({
    ...shared,
    budget: budgetFor(
      "finance",
      xeroBudget({
        ...settingsOf(finances.budget),
        ...(callsPerDay === undefined ? {} : { callsPerDay }),
      }),
    ),
    name: "finance",
    apiUrl: finances.apiUrl,
    tokenUrl: finances.tokenUrl,
    webhookKey: finances.webhookKey,
    credentials: { clientId, clientSecret, tenantId },
    booking: {
      salesAccountCode: salesAccount,
      freightAccountCode: freightAccount,
      taxType,
      taxedType,
    },
    ...(paymentAccount === undefined ? {} : { paymentAccountCode: paymentAccount }),
    feedPageRows: FINANCE_PAGE_ROWS,
  });
  const { tax, carrier } = createOptionalSources(config, { ...shared, budgetFor });
  const all = [erp, wms, finance, tax, carrier].filter((source) => source !== null);
  measureLanes(metrics, all);
  return {
    erp,
    wms,
    finance,
    tax,
    carrier,
    close: async () => {
      await Promise.all(all.map((source) => source.close()));
    },
  };
}

function createOptionalSources(
  { tax, carrier }: SourcesConfig,
  {
    logger,
    onCall,
    budgetFor,
  }: {
    readonly logger: Logger;
    readonly onCall: (call: CallReport) => void;
    readonly budgetFor: (name: string, budget: SourceBudget) => SourceBudget;
  },
): Pick<Sources, "tax" | "carrier"> {
  return {
    tax:
      tax === undefined
        ? null
        : createAvataxSystem({
            logger,
            onCall,
            budget: budgetFor("tax", avataxBudget(settingsOf(tax.budget))),
            name: "tax",
            apiUrl: tax.apiUrl,
            account: {
              accountId: tax.accountId,
              licenseKey: tax.licenseKey,
              companyCode: tax.companyCode,
            },
          }),
    carrier:
      carrier === undefined
        ? null
        : createEasypostSystem({
            logger,
            onCall,
            budget: budgetFor("carrier", easypostBudget(settingsOf(carrier.budget))),
            name: "carrier",
            apiUrl: carrier.apiUrl,
            apiKey: carrier.apiKey,
            ...(carrier.webhookSecret === undefined
              ? {}
              : { webhookSecret: carrier.webhookSecret }),
          }),
  };
}

/** Without what is not set. */
function settingsOf(settings: SourcesConfig["erp"]["budget"] = {}): BudgetSettings {
  const { callsPerMinute, concurrent, shares } = settings;
  return {
    ...(callsPerMinute === undefined ? {} : { callsPerMinute }),
    ...(concurrent === undefined ? {} : { concurrent }),
    ...(shares === undefined ? {} : { shares }),
  };
}

/** The systems, each asked for one purpose. */
export function inLanes(
  { erp, wms, finance, tax, carrier }: Sources,
  lanes: Readonly<Record<"erp" | "wms" | "finance" | "tax" | "carrier", SourceLane>>,
): Omit<Sources, "close"> {
  return {
    erp: erp.inLane(lanes.erp),
    wms: wms.inLane(lanes.wms),
    finance: finance.inLane(lanes.finance),
    tax: tax?.inLane(lanes.tax) ?? null,
    carrier: carrier?.inLane(lanes.carrier) ?? null,
  };
}

/** The systems as an operator sees them. */
export function observedSources(
  { erp, wms, finance, tax, carrier }: Sources,
  config: SourcesConfig,
): readonly ObservedSource[] {
  const observe = (
    system: Pick<ErpSystem, "name" | "health">,
    kind: ObservedSource["kind"],
    adapter: string,
  ) => ({ name: system.name, kind, adapter, health: () => system.health() });
  return [
    observe(erp, "ERP", config.erp.adapter),
    observe(wms, "WMS", config.wms.adapter),
    observe(finance, "FINANCE", config.finance.adapter),
    ...(tax === null || config.tax === undefined ? [] : [observe(tax, "TAX", config.tax.adapter)]),
    ...(carrier === null || config.carrier === undefined
      ? []
      : [observe(carrier, "CARRIER", config.carrier.adapter)]),
  ];
}

const MS_PER_SECOND = 1_000;

/** Every call to every source: how many, how long, and how they ended. */
function createCallHistogram(metrics: Metrics): (call: CallReport) => void {
  const registers = [metrics];
  const seconds = new Histogram({
    name: "crossdock_source_call_seconds",
    help: "Calls to source systems by operation and outcome.",
    labelNames: ["source", "operation", "outcome"],
    registers,
  });
  const waited = new Histogram({
    name: "crossdock_source_wait_seconds",
    help: "How long calls to source systems waited for their turn, by lane.",
    labelNames: ["source", "lane"],
    registers,
  });
  return ({ source, operation, outcome, latencyMs, lane, waitedMs }) => {
    seconds.observe({ source, operation, outcome }, latencyMs / MS_PER_SECOND);
    waited.observe({ source, lane }, waitedMs / MS_PER_SECOND);
  };
}
