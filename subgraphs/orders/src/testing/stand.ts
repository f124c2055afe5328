import { allCommands, createCommandLog, type CommandLog } from "@crossdock/commands";
import {
  CAUTIOUS_RETURNS,
  DEFAULT_ACCEPTANCE_POLICY,
  DEFAULT_SOURCING_POLICY,
  parseInstant,
  SCOPES_OF_ROLE,
  type AcceptancePolicy,
  type OrderId,
  type ReturnPolicy,
  type SourcingPolicy,
  type Viewer,
  PLAIN_STOCK_POLICY,
} from "@crossdock/domain";
import { allEvents, createEventLog, type EventLog } from "@crossdock/events";
import { openTestLedger, type SharedTestLedger } from "@crossdock/ledger/testing";
import type { Ledger } from "@crossdock/ledger";
import {
  createCommandJournal,
  createInvoiceBook,
  createOrderBook,
  createOrderProcess,
  createReceiptBook,
  createReservationBook,
  createReturnBook,
  createShipmentBook,
  saveSourceOrders,
  type OrderProcess,
  type OrderRecord,
} from "@crossdock/processes";
import {
  createFixedClock,
  createLogger,
  createReadTally,
  type FixedClock,
} from "@crossdock/runtime";
import type { SourceOrder } from "@crossdock/domain";
import {
  execute,
  parse,
  subscribe,
  type ExecutionResult,
  type GraphQLFormattedError,
} from "graphql";
import type { SubgraphRequest } from "@crossdock/subgraph-kit";
import { expireAll, readsOver } from "@crossdock/subgraph-kit/testing";
import type { ReadCache } from "@crossdock/reads";
import type { OrdersDeps } from "../deps.ts";
import { createOrdersSubgraph } from "../orders-subgraph.ts";
import { createSystems, HARBOR, SUMMIT, type Systems } from "./systems.ts";

/** The subgraph over a real ledger, with its systems in memory. */
export type Stand = {
  readonly systems: Systems;
  readonly ledger: Ledger;
  readonly commandLog: CommandLog;
  readonly eventLog: EventLog;
  readonly process: OrderProcess;
  readonly clock: FixedClock;
  /** One request with a context of its own; the systems' calls are counted from zero. */
  ask(query: string, variables?: Record<string, unknown>, viewer?: Viewer | null): Promise<Answer>;
  follow(query: string, viewer: Viewer, signal: AbortSignal): Promise<AsyncIterator<Answer>>;
  /** As the ERP's feed does it. */
  tell(orders: readonly SourceOrder[]): Promise<void>;
  close(): Promise<void>;
};

export type Answer = {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shape is what the query says
  readonly data: any;
  readonly codes: readonly unknown[];
  readonly errors: readonly GraphQLFormattedError[];
  /** Ids of commands that the gateway is told were asked for before. */
  readonly replayed: readonly string[];
  /** What the subgraphs that are asked next need not read again. */
  readonly shown: readonly OrderId[];
};

export const silent = createLogger({ name: "test", level: "silent" });

/** @param options.keepsReads what a request has read is there for the next; else nothing is known when one comes */
export async function openStand(
  options: {
    /** Is emptied when the stand is closed; a ledger of its own when left out. */
    readonly shared?: SharedTestLedger;
    readonly keepsReads?: boolean;
    readonly maxBacklogPerLane?: number;
    readonly acceptancePolicy?: AcceptancePolicy;
    /** Who says what tax and freight are; nobody when left out. */
    readonly quoting?: Pick<Parameters<typeof readsOver>[0], "tax" | "carrier">;
    readonly billingTermsOf?: OrdersDeps["billingTermsOf"];
    readonly returnPolicy?: ReturnPolicy;
    readonly sourcingPolicy?: SourcingPolicy;
  } = {},
): Promise<Stand> {
  const { ledger, close } =
    options.shared === undefined
      ? await openTestLedger()
      : { ledger: options.shared.ledger, close: options.shared.empty };
  const clock = createFixedClock("2026-11-21T08:00:00Z");
  const systems = createSystems();
  const eventLog = createEventLog({ ledger, clock, logger: silent, definitions: allEvents });
  const process: OrderProcess = createOrderProcess({ commands: () => commandLog, eventLog });
  const journal = createCommandJournal({ eventLog, process: () => process, clock });
  const commandLog: CommandLog = createCommandLog({
    ledger,
    definitions: allCommands,
    clock,
    journal,
    logger: silent,
    ...(options.maxBacklogPerLane === undefined
      ? {}
      : { maxBacklogPerLane: options.maxBacklogPerLane }),
  });
  const caches = new Set<ReadCache>();
  const endExpiry = await expireAll(caches, eventLog);
  const openReads = () => {
    const opened = readsOver({ ...systems, ...options.quoting }, { ledger, clock });
    caches.add(opened.cache);
    return opened;
  };
  let read = openReads();
  const subgraph = createOrdersSubgraph({
    ...systems,
    get readCache() {
      return read.cache;
    },
    get reads() {
      return read.reads;
    },
    get acceptance() {
      return read.acceptance;
    },
    acceptancePolicy: options.acceptancePolicy ?? DEFAULT_ACCEPTANCE_POLICY,
    ...(options.billingTermsOf === undefined ? {} : { billingTermsOf: options.billingTermsOf }),
    sourcingPolicy: options.sourcingPolicy ?? DEFAULT_SOURCING_POLICY,
    receiptBook: createReceiptBook(ledger),
    stockPolicy: PLAIN_STOCK_POLICY,
    orderBook: createOrderBook(ledger),
    invoiceBook: createInvoiceBook(ledger),
    reservationBook: createReservationBook(ledger, clock),
    returnBook: createReturnBook(ledger),
    returnPolicy: options.returnPolicy ?? CAUTIOUS_RETURNS,
    shipmentBook: createShipmentBook(ledger),
    ledger,
    orderProcess: process,
    commandLog,
    eventLog,
    clock,
    logger: silent,
  });
  const contextFor = (
    viewer: Viewer | null,
    signal: AbortSignal,
    told: Pick<SubgraphRequest, "replayed" | "shownOrders"> = {},
  ) =>
    subgraph.createContext({
      ...told,
      requestId: "r1",
      correlationId: "c1",
      viewer,
      signal,
      startedAt: clock.now(),
      maxAgeMs: null,
      reads: createReadTally(),
    });
  return {
    systems,
    ledger,
    commandLog,
    eventLog,
    process,
    clock,
    ask: async (query, variables = {}, viewer = portal) => {
      systems.calls.length = 0;
      if (options.keepsReads !== true) read = openReads();
      const replayed = new Set<string>();
      const shownOrders = new Map<OrderId, OrderRecord>();
      const result = await execute({
        schema: subgraph.schema,
        document: parse(query),
        variableValues: variables,
        contextValue: contextFor(viewer, new AbortController().signal, { replayed, shownOrders }),
      });
      return answerOf(result, { replayed: [...replayed], shown: [...shownOrders.keys()] });
    },
    follow: async (query, viewer, signal) => {
      const stream = await subscribe({
        schema: subgraph.schema,
        document: parse(query),
        contextValue: contextFor(viewer, signal),
      });
      if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream));
      const events = stream[Symbol.asyncIterator]();
      return {
        next: async () => {
          const step = await events.next();
          return step.done === true
            ? { done: true, value: undefined }
            : { done: false, value: answerOf(step.value) };
        },
        return: async () => {
          await events.return?.();
          return { done: true, value: undefined };
        },
      };
    },
    tell: async (orders) => {
      await ledger.transaction((trx) => saveSourceOrders(trx, orders, clock.now()));
    },
    close: async () => {
      endExpiry();
      await Promise.all([...caches].map((cache) => cache.close()));
      await commandLog.close();
      await eventLog.close();
      await close();
    },
  };
}

function answerOf(
  result: ExecutionResult,
  told: Pick<Answer, "replayed" | "shown"> = { replayed: [], shown: [] },
): Answer {
  const errors = (result.errors ?? []).map((error) => error.toJSON());
  const codes = errors.map(({ extensions }) => extensions?.["code"]);
  return { data: JSON.parse(JSON.stringify(result.data ?? null)), codes, errors, ...told };
}

export const portal: Viewer = {
  id: "u1",
  name: "Ann",
  clientId: "portal",
  role: "portal",
  scopes: SCOPES_OF_ROLE.portal,
  customers: [HARBOR],
  expiresAt: parseInstant("2027-01-01T00:00:00Z"),
};
/** Another account's buyer, in the same application. */
export const summit: Viewer = { ...portal, id: "u2", name: "Ben", customers: [SUMMIT] };
export const operator: Viewer = {
  ...portal,
  id: "op",
  clientId: "desk",
  role: "operator",
  scopes: SCOPES_OF_ROLE.operator,
  customers: "all",
};
export const carrier: Viewer = {
  ...operator,
  id: "carrier",
  role: "carrier",
  scopes: SCOPES_OF_ROLE.carrier,
};
