import { readFile } from "node:fs/promises";
import { createAccessLog, createAuditVerifier } from "@crossdock/audit";
import {
  allCommands,
  createCommandLog,
  createCommandWorker,
  openCommandQueues,
  type CommandLog,
} from "@crossdock/commands";
import {
  allEvents,
  createEventLog,
  createEventQuarantine,
  createReplayer,
  createRetention,
} from "@crossdock/events";
import { createGateway } from "@crossdock/gateway";
import { billingTermsOf } from "@crossdock/domain";
import { createIngest, type IngestOptions } from "@crossdock/ingest";
import type { Ledger } from "@crossdock/ledger";
import {
  createManifestBook,
  createManifestDirectory,
  createPartnerBook,
  createPartnerDirectory,
} from "@crossdock/partners";
import {
  createCommandJournal,
  createPauseBook,
  createCreditMemoBook,
  createExceptionBook,
  createFeedHealthBook,
  createFigureBook,
  createInvoiceBook,
  createOrderBook,
  createOrderProcess,
  createReceiptBook,
  createReservationBook,
  createReturnBook,
  createBackorderSourcing,
  createHoldRelease,
  createReservationSweep,
  createShipmentBook,
  createStockBook,
  createTaxRateBook,
  type OrderProcess,
} from "@crossdock/processes";
import type { SharedMinutes } from "@crossdock/quotas";
import {
  createReadTally,
  createMetrics,
  systemClock,
  type Logger,
  type Metrics,
  type Shutdown,
} from "@crossdock/runtime";
import {
  createAcceptanceReads,
  createReadCache,
  createReads,
  expireOnEvents,
  redisAt,
} from "@crossdock/reads";
import { withStockStanding } from "@crossdock/source-contract";
import { createHandlers } from "@crossdock/worker";
import { createAddressOf } from "./believed-address.ts";
import { isBlind, withoutLookUps } from "./blind-sources.ts";
import { createClientPolicies } from "./client-policies.ts";
import type { CrossdockConfig } from "./config/crossdock-yaml.ts";
import type { Foundations } from "./foundations.ts";
import { createHttpServer } from "./http-server.ts";
import { createIdentity } from "./identity.ts";
import { createIsAtSource } from "./is-at-source.ts";
import { openOperations } from "./open-operations.ts";
import { startMeasures } from "./measures.ts";
import { createSources, inLanes, observedSources } from "./sources.ts";
import { createMasterDataBooks, masterDataPaceOf } from "./master-data-books.ts";
import { readThroughOf } from "./read-through.ts";
import { openOperatorsView } from "./operators-view.ts";
import type { StackOptions } from "./stack.ts";
import { createSubgraphs } from "./subgraphs.ts";
import { startReconciliations } from "./reconciliation.ts";
import { createSyntheticOrders } from "./synthetic-orders.ts";
import { worstCases } from "./worst-cases.ts";
import { watchSupergraphFile } from "./supergraph-file.ts";
import { createUsageBook } from "./usage-book.ts";
import { startWebhooks } from "./webhooks.ts";

/** Commands under way at once: what a source of each kind bears beside the reads. */
const CONCURRENCY = { erp: 3, wms: 3, finance: 2, tax: 2, carrier: 2 } as const;
/** How long one try may take; it is broken off then, and looked up. */
const ATTEMPT_MS = 12_000;
/**
 * A command whose process died is taken up after this and the source's settle window. Over an embedded
 * ledger nobody waits for it, and it is longer than any pause of the only database session.
 */
const LEASE_MS = { embedded: 20_000, postgres: 5_000 } as const;
/** While something waits for stock, the warehouse is asked for it again so often, whether or not its feed told of a change. */
const BACKORDER_STOCK_AGE_MS = 5_000;
/** The books are filled while the first requests come; so long the start waits for the orders. */
const MAX_HISTORY_WAIT_MS = 3_000;
const SECOND_MS = 1_000;
/** Who has changed a bill is not shown it as it was, unless finance takes longer than this to say what it is now. */
const COMMAND_INSIST_MS = 15_000;

/**
 * Wires everything over the foundations and listens. What is started is registered with `shutdown`
 * at once, so that a failure half way stops what runs.
 * @returns where clients reach us
 */
export async function runStack(
  options: StackOptions,
  { ledger, dataDir, localUrl, publicUrl }: Foundations,
  shutdown: Shutdown,
): Promise<string> {
  const { environment, config, supergraphFile, logger } = options;
  const { background } = ledger;
  const redisUrl = environment.REDIS_URL;
  const clock = systemClock;
  const metrics = createMetrics({ processMetrics: true });
  const blind = isBlind(environment, config.sources, logger);
  const pauses = await openOperations(
    { ledger: background, clock, logger, settings: config.operations },
    shutdown,
  );
  const isPaused = (source: string) => pauses.pauseOf("SOURCE", source) !== null;
  const connected = createSources({
    config: config.sources,
    clock,
    logger,
    metrics,
    looksBeforeCreate: !blind,
    hasLanes: environment.CROSSDOCK_LANES === undefined,
    isPaused,
  });
  const looking = blind ? withoutLookUps(connected) : connected;
  const { stock: stockPolicy } = config.policies;
  const sources = { ...looking, wms: withStockStanding(looking.wms, stockPolicy) };
  shutdown.onStop("sources", () => sources.close());
  const eventLog = createEventLog({ ledger, clock, logger, metrics, definitions: allEvents });
  shutdown.onStop("event log", () => eventLog.close());
  const readCache = createReadCache({
    redis: redisUrl === undefined ? null : await redisAt(redisUrl),
    clock,
    logger,
    metrics,
    keeps: environment.CROSSDOCK_READS === undefined,
  });
  shutdown.onStop("read cache", () => readCache.close());
  shutdown.onStop("expiry of reads", await expireOnEvents(readCache, eventLog));
  const retention = createRetention({
    ledger: background,
    eventLog,
    clock,
    logger,
    metrics,
    ...config.events,
  });
  retention.start();
  shutdown.onStop("retention", () => retention.stop());
  const forOperations = { ledger: background, eventLog, clock, logger, metrics };
  const { webhooks: settings, audit, thresholds } = config.operations;
  const webhooks = await startWebhooks({ ...forOperations, settings }, shutdown);
  startMeasures(
    {
      ...forOperations,
      dataDir,
      auditMinutes: audit.verifyMinutes,
      thresholds,
      isShipments: (feed) => feed === `${sources.wms.name}-shipment`,
      also: [webhooks.gauges],
    },
    shutdown,
  );
  const accessLog = createAccessLog({
    ledger: background,
    clock,
    logger,
    metrics,
    ...config.accesses,
  });
  accessLog.start();
  shutdown.onStop("access log", () => accessLog.stop());
  const { commandLog, orderProcess } = createCommands(ledger, eventLog, logger, config);
  shutdown.onStop("command log", () => commandLog.close());
  const masterDataPace = masterDataPaceOf(config);
  const books = {
    ...createMasterDataBooks({ ledger, source: sources.erp.name, clock, pace: masterDataPace }),
    orderBook: createOrderBook(ledger),
    shipmentBook: createShipmentBook(ledger),
    invoiceBook: createInvoiceBook(ledger),
    creditMemoBook: createCreditMemoBook(ledger),
    exceptionBook: createExceptionBook(ledger),
    reservationBook: createReservationBook(ledger, clock),
    stockBook: createStockBook(ledger),
    receiptBook: createReceiptBook(ledger),
    returnBook: createReturnBook(ledger),
    taxRateBook: createTaxRateBook(ledger),
  };
  const ingest = createIngest({
    ...inLanes(sources, {
      erp: "feed",
      wms: "feed",
      finance: "feed",
      tax: "feed",
      carrier: "feed",
    }),
    ledger: background,
    process: orderProcess,
    clock,
    logger,
    metrics,
    publicUrl,
    masterDataPace,
    isPaused,
    ...paceOf(config),
  });
  // Early: the first of all starts has a history to read.
  ingest.start();
  shutdown.onStop("ingest", () => ingest.stop());
  const ordersReadThrough = readThroughOf(ingest, `${sources.erp.name}-order`);
  const kept = { cache: readCache, ...books, ordersReadThrough, clock };
  const forInquiries = {
    ...inLanes(sources, {
      erp: "inquiry",
      wms: "inquiry",
      finance: "inquiry",
      tax: "inquiry",
      carrier: "inquiry",
    }),
    ...kept,
  };
  const forCommands = {
    ...inLanes(sources, {
      erp: "command",
      wms: "command",
      finance: "command",
      tax: "command",
      carrier: "command",
    }),
    ...kept,
  };
  const sweep = createReservationSweep({ ledger: background, eventLog, clock, logger });
  sweep.start();
  shutdown.onStop("reservation sweep", () => sweep.stop());

  const { acceptance: acceptancePolicy, sourcing: sourcingPolicy } = config.policies;
  if (acceptancePolicy.autoRelease) {
    const holds = createHoldRelease({
      ...books,
      ledger: background,
      commands: commandLog,
      process: orderProcess,
      clock,
      logger,
    });
    holds.start();
    shutdown.onStop("held orders", () => holds.stop());
  }

  const stockNow = createReads(forCommands).stock;
  const backorders = createBackorderSourcing({
    ...books,
    ledger: background,
    process: orderProcess,
    readStock: (skus, signal) =>
      stockNow(skus, { signal, maxAgeMs: BACKORDER_STOCK_AGE_MS, tally: createReadTally() }),
    policy: sourcingPolicy,
    stockPolicy,
    clock,
    logger,
  });
  backorders.start();
  shutdown.onStop("backorders", () => backorders.stop());

  const queues = await openCommandQueues({
    ledger: background,
    redisUrl: redisUrl ?? null,
    logger,
  });
  shutdown.onStop("queues", () => queues.close());
  const handlers = createHandlers({
    ...inLanes(sources, {
      erp: "command",
      wms: "command",
      finance: "posting",
      tax: "posting",
      carrier: "posting",
    }),
    ...books,
    stockPolicy,
    billingPolicy: config.policies.billing,
    clock,
  });
  const worker = createCommandWorker({
    ledger: background,
    log: commandLog,
    queues,
    handlers,
    concurrency: CONCURRENCY,
    attemptMs: ATTEMPT_MS,
    leaseMs: LEASE_MS[ledger.kind],
    // The data directory is locked: whoever worked on an embedded ledger before is dead.
    soleWorker: ledger.kind === "embedded",
    logger,
  });
  const partners = createPartnerDirectory({ ledger, clock, logger });
  await partners.start();
  shutdown.onStop("partners", () => partners.stop());
  const manifestDirectory = createManifestDirectory({ ledger: background, clock, logger });
  await manifestDirectory.start();
  shutdown.onStop("manifests", () => manifestDirectory.stop());
  const usageBook = createUsageBook(background, clock);
  const identity = await createIdentity({
    config: config.identity,
    partners,
    dataDir,
    publicUrl,
    sandboxUrl: demoUrlOf(options),
  });
  const reconciliation = startReconciliations(
    {
      ...books,
      sources,
      settings: config.operations.reconciliation,
      stockPolicy,
      ingest,
      ledger: background,
      process: orderProcess,
      clock,
      logger,
      metrics,
    },
    shutdown,
  );
  const synthetic = createSyntheticOrders({
    ...sources,
    settings: config.operations.synthetic,
    orderBook: books.orderBook,
    ledger: background,
    eventLog,
    clock,
    logger,
    metrics,
  });
  const { clientActivity, ...operatorsView } = openOperatorsView(
    { ledger, config, warehouse: sources.wms.name, partners, pauses, clock, logger },
    shutdown,
  );
  const gateway = await createGateway({
    supergraphSdl: await readFile(config.gateway.supergraphFile ?? supergraphFile, "utf8"),
    coalesce: config.gateway.coalesce,
    directPath: config.gateway.directPath,
    executor: config.gateway.executor,
    clientActivity,
    subgraphs: createSubgraphs({
      ...sources,
      ...books,
      ...operatorsView,
      ledger,
      orderProcess,
      commandLog,
      isAtSource: createIsAtSource(handlers),
      pauseBook: createPauseBook({ ledger, clock, ring: commandLog.doorbell }),
      refreshPauses: () => pauses.refresh(),
      pauses,
      eventLog,
      quarantine: createEventQuarantine({ ledger, eventLog, definitions: allEvents, clock }),
      replayer: createReplayer({ ledger, eventLog, consumers: [ingest.reread] }),
      audit: createAuditVerifier(ledger),
      accesses: accessLog,
      sources: observedSources(sources, config.sources),
      feedHealthBook: createFeedHealthBook(ledger),
      reconciliation,
      synthetic: synthetic.desk,
      figureBook: createFigureBook(background),
      readCache,
      invoicesReadThrough: readThroughOf(ingest, `${sources.finance.name}-invoice`),
      shipmentsReadThrough: readThroughOf(ingest, `${sources.wms.name}-shipment`),
      stockPolicy,
      cacheHitRatio: (source) => readCache.hitRatio(source),
      reads: createReads(forInquiries),
      commandReads: createReads({ ...forCommands, insistMs: COMMAND_INSIST_MS }),
      acceptance: createAcceptanceReads(forCommands),
      billingTermsOf: termsOf(config),
      acceptancePolicy,
      returnPolicy: config.policies.returns,
      sourcingPolicy,
      clock,
      logger,
    }),
    verifyToken: identity.verifyToken,
    clientPolicies: createClientPolicies(partners, pauses, config.limits),
    ...(await openMinutes(redisUrl, { logger, metrics }, shutdown)),
    addressOf: createAddressOf(config.http.trustedProxies),
    allowedOrigins: config.http.allowedOrigins,
    limits:
      config.limits.maxOperationPoints === undefined
        ? {}
        : { maxOperationPoints: config.limits.maxOperationPoints },
    persistedOperations: manifestDirectory,
    worstCases,
    usageStore: usageBook,
    logger,
    metrics,
  });
  shutdown.onStop("gateway", () => gateway.stop());
  const file = config.gateway.supergraphFile;
  if (file !== undefined) {
    const watch = watchSupergraphFile({ file, gateway, logger });
    shutdown.onStop("supergraph file", () => watch.stop());
  }

  await worker.start();
  shutdown.onStop("worker", () => worker.stop(), 2 * 10_000);
  synthetic.start(gateway.ask, shutdown);
  const http = createHttpServer({
    gateway,
    ingest,
    ledger,
    metrics,
    verifyToken: identity.verifyToken,
    accessLog,
    startPage: identity.startPage,
    tower: config.tower ?? null,
    localIssuer: identity.localIssuer,
    partnerBook: createPartnerBook(ledger, clock),
    partners,
    manifestBook: createManifestBook(ledger, clock),
    manifestDirectory,
    usageBook,
    publicUrl,
    clock,
    isDraining: () => shutdown.signal.aborted,
  });
  await http.listen({ port: environment.PORT, host: environment.HOST });
  shutdown.onStop("http", () => http.close());
  ingest.registerWebhooks();
  await historyOrTimeout(ingest.feeds[0]?.historyLoaded);
  return localUrl;
}

/** Quotas of all processes that have the same Redis; where there is none the gateway counts by itself. */
async function openMinutes(
  redisUrl: string | undefined,
  deps: { readonly logger: Logger; readonly metrics: Metrics },
  shutdown: Shutdown,
): Promise<{ readonly minutes?: SharedMinutes }> {
  if (redisUrl === undefined) return {};
  const { createSharedMinutes } = await import("@crossdock/quotas");
  const minutes = createSharedMinutes({ redisUrl, ...deps });
  shutdown.onStop("quotas", () => minutes.close());
  return { minutes };
}

/** What the bills of an account's orders wait for. */
function termsOf({ policies, sources }: CrossdockConfig) {
  return billingTermsOf(policies.billing, {
    hasTax: sources.tax !== undefined,
    hasCarrier: sources.carrier !== undefined,
  });
}

/** The log of commands needs a journal, which needs the process, which needs the log. */
function createCommands(
  ledger: Ledger,
  eventLog: ReturnType<typeof createEventLog>,
  logger: Logger,
  config: CrossdockConfig,
): { readonly commandLog: CommandLog; readonly orderProcess: OrderProcess } {
  const orderProcess: OrderProcess = createOrderProcess({
    commands: () => commandLog,
    eventLog,
    billingTermsOf: termsOf(config),
  });
  const commandLog: CommandLog = createCommandLog({
    ledger,
    definitions: allCommands,
    clock: systemClock,
    logger,
    journal: createCommandJournal({ eventLog, process: () => orderProcess, clock: systemClock }),
    ...(config.limits.maxBacklogPerSystem === undefined
      ? {}
      : { maxBacklogPerLane: config.limits.maxBacklogPerSystem }),
  });
  return { commandLog, orderProcess };
}

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

/** Where the demo's sandbox is; `null` when there is none, or when other machines may open our pages. */
function demoUrlOf({ environment, config }: StackOptions): string | null {
  if (config.sandbox === undefined || !LOOPBACK.has(environment.HOST)) return null;
  return `http://127.0.0.1:${String(environment.SANDBOX_PORT)}`;
}

function paceOf({
  sources: { erp, wms, finance, carrier },
}: CrossdockConfig): Pick<
  IngestOptions,
  "sweepEveryMs" | "restSweepEveryMs" | "silentAfterMs" | "trackEveryMs"
> {
  const ms = (name: "restSweepSeconds" | "silentSeconds") =>
    Object.fromEntries(
      Object.entries({ erp, wms, finance }).flatMap(([source, { [name]: seconds }]) =>
        seconds === undefined ? [] : [[source, seconds * SECOND_MS]],
      ),
    );
  return {
    sweepEveryMs: {
      erp: erp.sweepSeconds * SECOND_MS,
      wms: wms.sweepSeconds * SECOND_MS,
      finance: finance.sweepSeconds * SECOND_MS,
    },
    ...(carrier?.sweepSeconds === undefined
      ? {}
      : { trackEveryMs: carrier.sweepSeconds * SECOND_MS }),
    restSweepEveryMs: ms("restSweepSeconds"),
    silentAfterMs: ms("silentSeconds"),
  };
}

async function historyOrTimeout(loaded: Promise<void> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, MAX_HISTORY_WAIT_MS);
  });
  await Promise.race([loaded, late]).catch(() => undefined);
  clearTimeout(timer);
}
