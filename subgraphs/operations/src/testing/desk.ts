import { createAuditVerifier } from "@crossdock/audit";
import {
  allCommands,
  createCommandLog,
  createCommandWorker,
  defineHandler,
  openCommandQueues,
  parseIdempotencyKey,
  submitOrder,
  type CommandLog,
  type CommandRecord,
  type HandlerOptions,
} from "@crossdock/commands";
import {
  mintOrderKey,
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  SCOPES_OF_ROLE,
  type CustomerNumber,
  type OrderDraft,
  type Viewer,
} from "@crossdock/domain";
import {
  allEvents,
  createEventLog,
  createEventQuarantine,
  createReplayer,
  type EventConsumer,
} from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import { openTestLedger } from "@crossdock/ledger/testing";
import {
  createCommandJournal,
  createExceptionBook,
  createFeedHealthBook,
  createOrderBook,
  createOrderProcess,
  createPauseBook,
  createFigureBook,
  createSyntheticRunBook,
  createTransactionBook,
  createWorkListBook,
  type OrderBook,
  type OrderProcess,
  type WorkThresholds,
} from "@crossdock/processes";
import {
  createReconciliationBook,
  createReconciliationDesk,
  createRunLog,
} from "@crossdock/reconciliation";
import { createLogger, createReadTally, systemClock } from "@crossdock/runtime";
import { execute, parse, subscribe, type ExecutionResult } from "graphql";
import { randomBytes } from "node:crypto";
import { createOperationsSubgraph, type ObservedSource } from "../index.ts";

export const HARBOR = parseCustomerNumber("C10010");
export const SUMMIT = parseCustomerNumber("C10020");

/** A customer. */
export const portal: Viewer = {
  id: "u1",
  name: "Ann",
  clientId: "portal",
  role: "portal",
  scopes: SCOPES_OF_ROLE.portal,
  customers: [HARBOR],
  expiresAt: parseInstant("2027-01-01T00:00:00Z"),
};
export const operator: Viewer = {
  ...portal,
  id: "op",
  clientId: "desk",
  role: "operator",
  scopes: SCOPES_OF_ROLE.operator,
  customers: "all",
};
/** Of the distributor, for some accounts only. */
export const helper: Viewer = { ...operator, id: "helper", customers: [SUMMIT] };

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shape is what the query says
type Data = any;
type Submission = HandlerOptions<OrderDraft>;

/** The subgraph over a ledger of its own, with a worker whose ERP is the test. */
export type Desk = {
  readonly ledger: Ledger;
  readonly commandLog: CommandLog;
  readonly orderBook: OrderBook;
  /** Accepts an order; its purchase order number tells the test's ERP what to do. */
  accept(reference: string, customerNumber?: CustomerNumber): Promise<CommandRecord>;
  /** `accept`, and waits until its command has settled. */
  settle(reference: string, customerNumber?: CustomerNumber): Promise<CommandRecord>;
  settled(id: string): Promise<CommandRecord>;
  /** Asks as the operator, unless told otherwise. */
  ask(
    query: string,
    variables?: Record<string, unknown>,
    viewer?: Viewer,
  ): Promise<{ readonly data: Data; readonly codes: unknown[]; readonly messages: string[] }>;
  follow(subscription: string, viewer: Viewer): Promise<AsyncGenerator<ExecutionResult>>;
  /** Nothing is done from here on. */
  stopWork(): Promise<void>;
  close(): Promise<void>;
};

const WAIT_MS = 15_000;
const LONG_SECONDS = 1_000_000;
const NEVER_LATE: WorkThresholds = {
  stages: {},
  pendingErpCreationSeconds: LONG_SECONDS,
  shippedNotInvoicedSeconds: LONG_SECONDS,
  eventsNotConsumedSeconds: LONG_SECONDS,
  shipmentsAwaitingPortalSeconds: LONG_SECONDS,
  delayedAllocationsSeconds: LONG_SECONDS,
  failingCommandsSeconds: LONG_SECONDS,
};

export async function openDesk(
  erp: Pick<Submission, "execute"> & Partial<Submission>,
  consumers: readonly EventConsumer[] = [],
  sources: readonly ObservedSource[] = [],
): Promise<Desk> {
  const logger = createLogger({ name: "test", level: "silent" });
  const clock = systemClock;
  const opened = await openTestLedger();
  const { ledger } = opened;
  const eventLog = createEventLog({ ledger, clock, logger, definitions: allEvents });
  const process: OrderProcess = createOrderProcess({ commands: () => commandLog, eventLog });
  const journal = createCommandJournal({ eventLog, process: () => process, clock });
  const commandLog: CommandLog = createCommandLog({
    ledger,
    definitions: allCommands,
    clock,
    journal,
    logger,
  });
  const handler = defineHandler(submitOrder, { settleMs: 0, lookUp: null, ...erp });
  const subgraph = createOperationsSubgraph({
    commandLog,
    isAtSource: async (command, signal) => (await handler.lookUp(command, signal)) !== null,
    pauseBook: createPauseBook({ ledger, clock, ring: commandLog.doorbell }),
    refreshPauses: () => Promise.resolve(),
    exceptionBook: createExceptionBook(ledger),
    orderProcess: process,
    eventLog,
    quarantine: createEventQuarantine({ ledger, eventLog, definitions: allEvents, clock }),
    replayer: createReplayer({ ledger, eventLog, consumers }),
    audit: createAuditVerifier(ledger),
    sources,
    feedHealthBook: createFeedHealthBook(ledger),
    reconciliation: createReconciliationDesk({
      book: createReconciliationBook(ledger),
      log: createRunLog(ledger),
      repairer: { repair: () => Promise.resolve({ done: 0, refused: [], remaining: 0 }) },
      clock,
    }),
    figureBook: createFigureBook(ledger),
    synthetic: { book: createSyntheticRunBook(ledger), begin: null },
    cacheHitRatio: () => null,
    transactionBook: createTransactionBook(ledger),
    workListBook: createWorkListBook(ledger, (feed) => feed === "wms-shipment"),
    workThresholds: NEVER_LATE,
    partnerDesk: {
      partners: () => [],
      activityOf: () => Promise.resolve(new Map()),
    },
    ledger,
    clock,
    logger,
  });
  const queues = await openCommandQueues({ ledger, redisUrl: null, logger });
  const worker = createCommandWorker({
    ledger,
    log: commandLog,
    queues,
    handlers: [handler],
    concurrency: { erp: 1, wms: 0, finance: 0 },
    attemptMs: 5_000,
    logger,
  });
  await worker.start();
  let isWorking = true;
  const stopWork = async () => {
    if (!isWorking) return;
    isWorking = false;
    await worker.stop();
    await queues.close();
  };
  const contextFor = (viewer: Viewer, signal: AbortSignal) =>
    subgraph.createContext({
      requestId: "r1",
      correlationId: "c1",
      viewer,
      signal,
      startedAt: clock.now(),
      maxAgeMs: null,
      reads: createReadTally(),
    });
  const accept: Desk["accept"] = async (reference, customerNumber = HARBOR) => {
    const data = draftOf(reference, customerNumber);
    const correlationId = `c-${reference}`;
    const { command } = await commandLog.take(
      submitOrder,
      {
        clientId: "portal",
        idempotencyKey: parseIdempotencyKey(`key-${reference}`),
        requestedBy: "u1",
        customerNumber,
        data,
        correlationId,
        causationId: null,
        alongside: ({ id }) => process.opening(data, { correlationId, causationId: id }),
      },
      AbortSignal.timeout(WAIT_MS),
    );
    return command;
  };
  const settled: Desk["settled"] = async (id) => {
    const record = await commandLog.waitUntilSettled(id, WAIT_MS, AbortSignal.timeout(WAIT_MS));
    if (record === null) throw new Error("The command is gone.");
    return record;
  };

  return {
    ledger,
    commandLog,
    orderBook: createOrderBook(ledger),
    accept,
    settled,
    async settle(reference, customerNumber) {
      const { id } = await accept(reference, customerNumber);
      return settled(id);
    },
    async ask(query, variables = {}, viewer = operator) {
      const { data, errors = [] } = await execute({
        schema: subgraph.schema,
        document: parse(query),
        variableValues: variables,
        contextValue: contextFor(viewer, new AbortController().signal),
      });
      return {
        data: JSON.parse(JSON.stringify(data ?? null)),
        codes: errors.map(({ extensions }) => extensions["code"]),
        messages: errors.map(({ message }) => message),
      };
    },
    async follow(subscription, viewer) {
      const stream = await subscribe({
        schema: subgraph.schema,
        document: parse(subscription),
        contextValue: contextFor(viewer, AbortSignal.timeout(WAIT_MS)),
      });
      if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream));
      return stream as AsyncGenerator<ExecutionResult>;
    },
    stopWork,
    async close() {
      await stopWork();
      await commandLog.close();
      await eventLog.close();
      await opened.close();
    },
  };
}

function draftOf(reference: string, customerNumber: CustomerNumber): OrderDraft {
  const one = { value: parseDecimal("1"), uom: parseUomCode("EA") };
  return {
    key: mintOrderKey(randomBytes),
    customerNumber,
    customerReference: reference,
    channel: "PORTAL",
    currency: parseCurrencyCode("USD"),
    placedAt: systemClock.now(),
    requestedDeliveryOn: null,
    shipTo: {
      name: null,
      lines: ["1 Pier Road"],
      city: "Portland",
      region: null,
      postalCode: null,
      country: "US",
    },
    warehouse: parseWarehouseCode("EAST"),
    lines: [
      {
        lineNumber: 1,
        sku: parseSku("NG-1"),
        description: "Bolt",
        ordered: one,
        orderedBase: one,
        unitPrice: { amount: parseDecimal("4"), currency: parseCurrencyCode("USD") },
        priceBasis: "LIST",
      },
    ],
  };
}
