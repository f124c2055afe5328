import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  allCommands,
  createCommandLog,
  createCommandWorker,
  openCommandQueues,
  type CommandLog,
} from "@crossdock/commands";
import { allEvents, createEventLog } from "@crossdock/events";
import { createGateway } from "@crossdock/gateway";
import { createIngest, type IngestOptions } from "@crossdock/ingest";
import { lockDirectory, openLedger, type Ledger } from "@crossdock/ledger";
import {
  createCommandJournal,
  createInvoiceBook,
  createOrderBook,
  createOrderProcess,
  createShipmentBook,
  type OrderProcess,
} from "@crossdock/processes";
import {
  createMetrics,
  createShutdown,
  systemClock,
  type Logger,
  type Shutdown,
} from "@crossdock/runtime";
import { createHandlers } from "@crossdock/worker";
import type { CrossdockConfig } from "./config/crossdock-yaml.ts";
import type { Environment } from "./config/environment.ts";
import { createHttpServer } from "./http-server.ts";
import { createIdentity } from "./identity.ts";
import { startSandboxProcess } from "./sandbox-process.ts";
import { createSources } from "./sources.ts";
import { createSubgraphs } from "./subgraphs.ts";

export type StackOptions = {
  readonly environment: Environment;
  readonly config: CrossdockConfig;
  /** The composed schema's file. */
  readonly supergraphFile: string;
  readonly logger: Logger;
  /** Nothing can be acknowledged any more: end the process, a restart recovers. */
  readonly onFatal: (error: Error) => void;
};

export interface Stack {
  readonly url: string;
  /** Takes nothing new, finishes what runs, and lets go of everything. Runs once. */
  stop(): Promise<void>;
}

/** Commands under way at once: what a source of each kind bears beside the reads. */
const CONCURRENCY = { erp: 3, wms: 3, finance: 2 } as const;
/**
 * How long one try may take; it is broken off then, and looked up. A command whose process died is
 * taken up after this and the source's settle window, so it must not be long.
 */
const LEASE_MS = 12_000;
const MAX_DATABASE_CONNECTIONS = 20;
/** The books are filled while the first requests come; so long the start waits for the orders. */
const MAX_HISTORY_WAIT_MS = 6_000;
const SECOND_MS = 1_000;

/**
 * Every process of Crossdock in one: gateway, subgraphs, worker, ingest, over an embedded or a real
 * PostgreSQL, with the sandbox beside it when the configuration asks for one.
 * @throws {DirectoryInUseError} another process works on the same data directory
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const shutdown = createShutdown({ logger: options.logger });
  try {
    return await start(options, shutdown);
  } catch (error) {
    await shutdown.stop().catch(() => undefined);
    throw error;
  }
}

async function start(options: StackOptions, shutdown: Shutdown): Promise<Stack> {
  const { environment, config, supergraphFile, logger } = options;
  const clock = systemClock;
  const metrics = createMetrics({ processMetrics: true });
  const dataDir = resolve(environment.CROSSDOCK_DATA);
  const localUrl = `http://${environment.HOST}:${String(environment.PORT)}`;
  const publicUrl = environment.PUBLIC_URL ?? localUrl;

  // Before anything is opened: the ledger, the issuer's key and the sandbox's journals lie there.
  const lock = lockDirectory(dataDir);
  shutdown.onStop("data directory", () => {
    lock.release();
  });
  const [ledger] = await Promise.all([
    openAndMigrate(options, dataDir, shutdown),
    startSandbox(options, dataDir, publicUrl, shutdown),
  ]);

  const sources = createSources({ config: config.sources, clock, logger, metrics });
  shutdown.onStop("sources", () => sources.close());
  const eventLog = createEventLog({ ledger, clock, logger, definitions: allEvents });
  shutdown.onStop("event log", () => eventLog.close());
  const { commandLog, orderProcess } = createCommands(ledger, eventLog, logger);
  shutdown.onStop("command log", () => commandLog.close());
  const books = {
    orderBook: createOrderBook(ledger),
    shipmentBook: createShipmentBook(ledger),
    invoiceBook: createInvoiceBook(ledger),
  };

  const queues = await openCommandQueues({
    ledger,
    redisUrl: environment.REDIS_URL ?? null,
    logger,
  });
  shutdown.onStop("queues", () => queues.close());
  const worker = createCommandWorker({
    ledger,
    log: commandLog,
    queues,
    handlers: createHandlers({ ...sources, ...books, clock }),
    concurrency: CONCURRENCY,
    leaseMs: LEASE_MS,
    logger,
  });
  const ingest = createIngest({
    ...sources,
    ledger,
    process: orderProcess,
    clock,
    logger,
    metrics,
    publicUrl,
    sweepEveryMs: sweepsOf(config),
  });

  const identity = await createIdentity({
    dataDir,
    publicUrl,
    sandboxUrl: demoUrlOf(options),
  });
  const gateway = await createGateway({
    supergraphSdl: await readFile(supergraphFile, "utf8"),
    subgraphs: createSubgraphs({
      ...sources,
      ...books,
      ledger,
      orderProcess,
      commandLog,
      eventLog,
      clock,
      logger,
    }),
    verifyToken: identity.verifyToken,
    enforcement: "subgraphs",
    logger,
    metrics,
  });
  shutdown.onStop("gateway", () => gateway.stop());

  await worker.start();
  shutdown.onStop("worker", () => worker.stop(), 2 * 10_000);
  shutdown.onStop("ingest", () => ingest.stop());
  const http = createHttpServer({
    gateway,
    ingest,
    ledger,
    metrics,
    startPage: identity.startPage,
    isDraining: () => shutdown.signal.aborted,
  });
  await http.listen({ port: environment.PORT, host: environment.HOST });
  shutdown.onStop("http", () => http.close());
  ingest.start();
  await historyOrTimeout(ingest.feeds[0]?.historyLoaded);
  return { url: localUrl, stop: () => shutdown.stop() };
}

async function openAndMigrate(
  { environment, logger, onFatal }: StackOptions,
  dataDir: string,
  shutdown: Shutdown,
): Promise<Ledger> {
  const url = environment.DATABASE_URL;
  const ledger = await openLedger(
    url === undefined
      ? { kind: "embedded", dataDir: join(dataDir, "ledger"), logger, onEnd: onFatal }
      : { kind: "postgres", url, logger, maxConnections: MAX_DATABASE_CONNECTIONS },
  );
  shutdown.onStop("ledger", () => ledger.close());
  await ledger.migrate();
  return ledger;
}

async function startSandbox(
  { environment, config, logger }: StackOptions,
  dataDir: string,
  publicUrl: string,
  shutdown: Shutdown,
): Promise<void> {
  if (config.sandbox === undefined) return;
  const sandbox = await startSandboxProcess({
    port: environment.SANDBOX_PORT,
    dataDir: join(dataDir, "sandbox"),
    speed: config.sandbox.speed,
    financeWebhookUrl: `${publicUrl}/webhooks/finance`,
    logger,
  });
  shutdown.onStop("sandbox", () => sandbox.stop());
}

/** The log of commands needs a journal, which needs the process, which needs the log. */
function createCommands(
  ledger: Ledger,
  eventLog: ReturnType<typeof createEventLog>,
  logger: Logger,
): { readonly commandLog: CommandLog; readonly orderProcess: OrderProcess } {
  const orderProcess: OrderProcess = createOrderProcess({ commands: () => commandLog, eventLog });
  const commandLog: CommandLog = createCommandLog({
    ledger,
    definitions: allCommands,
    clock: systemClock,
    logger,
    journal: createCommandJournal({ eventLog, process: () => orderProcess, clock: systemClock }),
  });
  return { commandLog, orderProcess };
}

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

/** Where the demo's sandbox is; `null` when there is none, or when other machines may open our pages. */
function demoUrlOf({ environment, config }: StackOptions): string | null {
  if (config.sandbox === undefined || !LOOPBACK.has(environment.HOST)) return null;
  return `http://127.0.0.1:${String(environment.SANDBOX_PORT)}`;
}

function sweepsOf({ sources }: CrossdockConfig): IngestOptions["sweepEveryMs"] {
  const { erp, wms, finance } = sources;
  return {
    erp: erp.sweepSeconds * SECOND_MS,
    wms: wms.sweepSeconds * SECOND_MS,
    finance: finance.sweepSeconds * SECOND_MS,
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
