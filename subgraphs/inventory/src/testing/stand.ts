import { allCommands, createCommandLog, type CommandLog } from "@crossdock/commands";
import { PLAIN_STOCK_POLICY, type StockPolicy, type Viewer } from "@crossdock/domain";
import { allEvents, createEventLog, type EventLog } from "@crossdock/events";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import {
  createCommandJournal,
  createOrderProcess,
  createProductBook,
  createReceiptBook,
  createReservationBook,
  createStockBook,
  type OrderProcess,
} from "@crossdock/processes";
import { createFixedClock, createLogger, type FixedClock } from "@crossdock/runtime";
import {
  askerOf,
  expireAll,
  readsOver,
  viewerOf,
  type Asker,
} from "@crossdock/subgraph-kit/testing";
import type { ReadCache } from "@crossdock/reads";
import type { Ledger } from "@crossdock/ledger";
import { createInventorySubgraph } from "../inventory-subgraph.ts";
import { createSystems } from "./catalogue.ts";

/** Of the product book: two looks of the feed. */
const STALE_AFTER_MS = 120_000;

/** The subgraph over a real ledger, with its systems in memory. */
export type InventoryStand = {
  readonly ledger: Ledger;
  readonly commandLog: CommandLog;
  readonly eventLog: EventLog;
  readonly clock: FixedClock;
  /** Over systems of its own that nothing is known of yet, whose calls are counted from zero with each request. */
  start(isErpDown?: boolean): {
    readonly ask: (
      query: string,
      variables?: Readonly<Record<string, unknown>>,
      viewer?: Viewer | null,
    ) => ReturnType<Asker["ask"]>;
    readonly follow: Asker["follow"];
    readonly calls: string[];
  };
  close(): Promise<void>;
};

export const portal = viewerOf("portal", ["C10010"]);

export async function openInventory(
  open: () => Promise<TestLedger> = openTestLedger,
  stockPolicy: StockPolicy = PLAIN_STOCK_POLICY,
): Promise<InventoryStand> {
  const { ledger, close } = await open();
  const clock = createFixedClock("2026-11-21T08:00:00Z");
  const logger = createLogger({ name: "test", level: "silent" });
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
  const caches = new Set<ReadCache>();
  const endExpiry = await expireAll(caches, eventLog);
  return {
    ledger,
    commandLog,
    eventLog,
    clock,
    start: (isErpDown = false) => {
      const systems = createSystems(isErpDown);
      const { cache, reads } = readsOver(systems, { ledger, clock });
      caches.add(cache);
      const asker = askerOf(
        createInventorySubgraph({
          ...systems,
          reads,
          readCache: cache,
          commandReads: reads,
          reservationBook: createReservationBook(ledger, clock),
          stockBook: createStockBook(ledger),
          receiptBook: createReceiptBook(ledger),
          stockPolicy,
          productBook: createProductBook({
            ledger,
            source: "erp",
            clock,
            staleAfterMs: STALE_AFTER_MS,
          }),
          ledger,
          commandLog,
          eventLog,
          clock,
          logger,
        }),
      );
      return {
        calls: systems.calls,
        follow: asker.follow,
        ask: (query, variables = {}, viewer = portal) => {
          systems.calls.length = 0;
          return asker.ask(query, viewer, variables);
        },
      };
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
