import { allCommands, createCommandLog, type CommandLog } from "@crossdock/commands";
import {
  invoiceSubject,
  parseCustomerNumber,
  parseLocalDate,
  type Instant,
  type Invoice,
} from "@crossdock/domain";
import { allEvents, createEventLog, type EventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import { openTestLedger } from "@crossdock/ledger/testing";
import {
  createCommandJournal,
  createCreditMemoBook,
  createInvoiceBook,
  createOrderBook,
  createOrderProcess,
  createReturnBook,
  createShipmentBook,
  saveInvoices,
  saveShipments,
  saveSourceOrders,
  type OrderProcess,
} from "@crossdock/processes";
import type { ReadCache } from "@crossdock/reads";
import { createFixedClock, createLogger } from "@crossdock/runtime";
import { askerOf, expireAll, readsOver, type Asker } from "@crossdock/subgraph-kit/testing";
import { createBillingSubgraph } from "../billing-subgraph.ts";
import { invoiceOf, orderNumberOf, SEEN_AT, shipmentOf, sourceOrderOf } from "./documents.ts";
import { OUR_NUMBER, seedOurOrder } from "./our-order.ts";
import { createSources } from "./sources.ts";

/** Orders SO-1000 … of C10010, each with the invoice I0 … of its own, number {order}-1. */
export const ORDERS = 50;

export type BillingBooks = {
  /** Over what was read since the last `restart`. */
  readonly asker: Asker;
  readonly ledger: Ledger;
  readonly commandLog: CommandLog;
  readonly eventLog: EventLog;
  /** What finance has now, before anybody was told of a change. */
  readonly invoices: Map<string, Invoice>;
  /** Changes an invoice in finance, whose event has come. */
  change(invoice: Invoice): void;
  /** Until when finance's feed is in the book; `null` after a `restart`. */
  followTo(instant: Instant): void;
  /** Nothing has been read yet. */
  restart(): void;
  /** `operation(keys)` of each call to a source, in order. */
  readonly calls: string[];
  readonly down: Set<"erp" | "finance">;
  close(): Promise<void>;
};

/** The subgraph over a real ledger; the sources keep their documents in memory and count their calls. */
export async function openBillingBooks(): Promise<BillingBooks> {
  const opened = await openTestLedger();
  const { ledger } = opened;
  const clock = createFixedClock("2026-11-21T12:00:00Z");
  const logger = createLogger({ name: "test", level: "silent" });
  const eventLog = createEventLog({ ledger, clock, logger, definitions: allEvents });
  const sources = createSources();
  const orderProcess: OrderProcess = createOrderProcess({ commands: () => commandLog, eventLog });
  const commandLog: CommandLog = createCommandLog({
    ledger,
    definitions: allCommands,
    clock,
    journal: createCommandJournal({ eventLog, process: () => orderProcess, clock }),
    logger,
  });
  await seed(ledger, commandLog, orderProcess, sources.invoices);
  const caches = new Set<ReadCache>();
  const endExpiry = await expireAll(caches, eventLog);
  const start = () => {
    const { cache, reads } = readsOver(sources.ports, { ledger, clock });
    caches.add(cache);
    const subgraph = createBillingSubgraph({
      clock,
      logger,
      ledger,
      commandLog,
      eventLog,
      invoiceBook: createInvoiceBook(ledger),
      creditMemoBook: createCreditMemoBook(ledger),
      returnBook: createReturnBook(ledger),
      orderBook: createOrderBook(ledger),
      shipmentBook: createShipmentBook(ledger),
      invoicesReadThrough: () => through,
      reads,
      commandReads: reads,
      readCache: cache,
      finance: sources.ports.finance,
    });
    return askerOf(subgraph);
  };
  let through: Instant | null = null;
  let asker = start();
  return {
    get asker() {
      return asker;
    },
    ledger,
    commandLog,
    eventLog,
    ...sources,
    change: (invoice) => {
      sources.invoices.set(invoice.id, invoice);
      for (const cache of caches) cache.expire([invoiceSubject(invoice.id)]);
    },
    followTo: (instant) => {
      through = instant;
    },
    restart: () => {
      through = null;
      asker = start();
    },
    close: async () => {
      endExpiry();
      await Promise.all([...caches].map((cache) => cache.close()));
      await commandLog.close();
      await eventLog.close();
      await opened.close();
    },
  };
}

async function seed(
  ledger: Ledger,
  commandLog: CommandLog,
  orderProcess: OrderProcess,
  finance: Map<string, Invoice>,
): Promise<void> {
  const bills = Array.from({ length: ORDERS }, (_, index) =>
    invoiceOf(`I${String(index)}`, `${orderNumberOf(index)}-1`, [orderNumberOf(index)]),
  );
  const collective = invoiceOf("I-BOTH", "INV-77", [orderNumberOf(0), orderNumberOf(1)]);
  const foreign = invoiceOf("I-OTHER", `${orderNumberOf(900)}-1`, [orderNumberOf(900)], {
    customerNumber: parseCustomerNumber("C10020"),
  });
  const late = invoiceOf("I-LATE", "INV-LATE", [], {
    status: "OVERDUE",
    issuedOn: parseLocalDate("2026-09-01"),
    dueOn: parseLocalDate("2026-10-01"),
  });
  const unseen = invoiceOf("I-UNSEEN", `${orderNumberOf(901)}-1`, [orderNumberOf(901)]);
  const seen = [...bills, collective, foreign, late];
  for (const invoice of [...seen, unseen]) finance.set(invoice.id, invoice);
  await ledger.transaction(async (trx) => {
    const orders = Array.from({ length: ORDERS }, (_, index) => sourceOrderOf(index, "C10010"));
    const others = [
      sourceOrderOf(900, "C10020"),
      sourceOrderOf(901, "C10010"),
      sourceOrderOf(902, "C10010", "CONFIRMED"),
    ];
    await saveSourceOrders(trx, [...orders, ...others], SEEN_AT);
    await saveInvoices(trx, seen, SEEN_AT);
    await saveShipments(
      trx,
      [
        { shipment: shipmentOf("W0", orderNumberOf(0)), customerNumber: null },
        { shipment: shipmentOf("W-A", OUR_NUMBER), customerNumber: null },
      ],
      SEEN_AT,
    );
  });
  await seedOurOrder(ledger, commandLog, orderProcess, finance);
}
