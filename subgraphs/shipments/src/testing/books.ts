import { allCommands, createCommandLog, type CommandLog } from "@crossdock/commands";
import {
  parseCustomerNumber,
  parseInstant,
  parseWarehouseCode,
  type Instant,
  type Shipment,
} from "@crossdock/domain";
import { allEvents, createEventLog, type EventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import { openTestLedger } from "@crossdock/ledger/testing";
import {
  createCommandJournal,
  createOrderBook,
  createOrderProcess,
  createShipmentBook,
  saveShipments,
  saveSourceOrders,
  type OrderProcess,
} from "@crossdock/processes";
import type { ReadCache } from "@crossdock/reads";
import { createFixedClock, createLogger } from "@crossdock/runtime";
import { SourceUnavailableError } from "@crossdock/source-contract";
import { askerOf, expireAll, readsOver, type Asker } from "@crossdock/subgraph-kit/testing";
import { createShipmentsSubgraph } from "../shipments-subgraph.ts";
import { orderOf, SEEN_AT, shipmentOf } from "./documents.ts";

/** Orders SO-1000 … of C10010, each with a shipment W0 … of its own. */
export const ORDERS = 50;
export const NOW = "2026-11-21T12:00:00.000Z";

export type ShipmentBooks = {
  /** Over what was read since the last `restart`. */
  readonly asker: Asker;
  readonly ledger: Ledger;
  readonly eventLog: EventLog;
  readonly commandLog: CommandLog;
  readonly orderProcess: OrderProcess;
  /** `operation(keys)` of each call to the warehouse system, in order. */
  readonly calls: string[];
  readonly warehouse: { isDown: boolean };
  /** Until when the warehouse's feed is in the book; `null` after a `restart`. */
  followTo(instant: Instant): void;
  /** Nothing has been read yet. */
  restart(): void;
  close(): Promise<void>;
};

/** What quotes are made of; nothing is asked for them when left out. */
export type Quoting = Pick<Parameters<typeof readsOver>[0], "erp" | "carrier"> & {
  readonly wms?: Pick<NonNullable<Parameters<typeof readsOver>[0]["wms"]>, "warehouses">;
};

/** The subgraph over a real ledger; the warehouse system keeps its shipments in memory. */
export async function openShipmentBooks(quoting: Quoting = {}): Promise<ShipmentBooks> {
  const opened = await openTestLedger();
  const { ledger } = opened;
  const clock = createFixedClock(NOW);
  const logger = createLogger({ name: "test", level: "silent" });
  const eventLog = createEventLog({ ledger, clock, logger, definitions: allEvents });
  const orderProcess: OrderProcess = createOrderProcess({ commands: () => commandLog, eventLog });
  const journal = createCommandJournal({ eventLog, process: () => orderProcess, clock });
  const commandLog: CommandLog = createCommandLog({
    ledger,
    definitions: allCommands,
    clock,
    journal,
    logger,
  });
  const known = await seedBooks(ledger);
  const { wms, calls, warehouse } = createWarehouse(since(known));
  const caches = new Set<ReadCache>();
  const endExpiry = await expireAll(caches, eventLog);
  const start = () => {
    const { cache, reads, acceptance } = readsOver(
      { ...quoting, wms: { ...wms, ...quoting.wms } },
      { ledger, clock },
    );
    caches.add(cache);
    const subgraph = createShipmentsSubgraph({
      clock,
      logger,
      eventLog,
      ledger,
      commandLog,
      orderBook: createOrderBook(ledger),
      shipmentBook: createShipmentBook(ledger),
      shipmentsReadThrough: () => through,
      reads,
      acceptance,
      readCache: cache,
      wms,
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
    eventLog,
    commandLog,
    orderProcess,
    calls,
    warehouse,
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

/** @returns what the book has seen */
async function seedBooks(ledger: Ledger): Promise<readonly Shipment[]> {
  const orders = [
    ...Array.from({ length: ORDERS }, (_, index) => orderOf(index, "C10010")),
    orderOf(900, "C10020"),
    orderOf(901, "C10010", "CONFIRMED"),
    orderOf(902, "C10010"),
  ];
  const seen = [
    ...Array.from({ length: ORDERS }, (_, index) => shipmentOf(`W${String(index)}`, [index])),
    shipmentOf("W-BOTH", [0, 1], {
      status: "PACKED",
      trackingNumber: null,
      warehouse: parseWarehouseCode("WEST"),
    }),
    shipmentOf("W-OTHER", [900]),
    shipmentOf("W-GONE", [2], { modifiedAt: parseInstant("2026-11-19T12:00:00Z") }),
  ];
  await ledger.transaction(async (trx) => {
    await saveSourceOrders(trx, orders, SEEN_AT);
    const owned = seen.map((shipment) => ({
      shipment,
      customerNumber: parseCustomerNumber(shipment.id === "W-OTHER" ? "C10020" : "C10010"),
    }));
    await saveShipments(trx, owned, SEEN_AT);
  });
  return seen;
}

/** What the warehouse has since the book looked: one delivered, one gone, one new, one told backwards. */
function since(seen: readonly Shipment[]): readonly Shipment[] {
  const deliveredAt = parseInstant("2026-11-21T11:00:00Z");
  const changed = [
    shipmentOf("W0", [0], { status: "DELIVERED", deliveredAt, modifiedAt: deliveredAt }),
    shipmentOf("W1", [1], { status: "PICKING", trackingNumber: null }),
    shipmentOf("W-NEW", [900], { status: "EXCEPTION", problem: "Carton lost" }),
  ];
  const now = new Map([...seen, ...changed].map((shipment) => [shipment.id as string, shipment]));
  now.delete("W-GONE");
  return [...now.values()];
}

function createWarehouse(shipments: readonly Shipment[]) {
  const calls: string[] = [];
  const warehouse = { isDown: false };
  const called = (operation: string, keys: readonly unknown[]) => {
    calls.push(`${operation}(${String(keys.length)})`);
    if (warehouse.isDown) throw new SourceUnavailableError("wms", operation, "connect refused");
  };
  const wms = {
    name: "wms",
    shipments: {
      readShipments: async (ids: readonly string[]) => {
        called("readShipments", ids);
        return ids.map((id) => shipments.find((shipment) => shipment.id === id) ?? null);
      },
      readShipmentsOfOrders: async (numbers: readonly Shipment["orderNumbers"][number][]) => {
        called("readShipmentsOfOrders", numbers);
        return numbers.map((number) =>
          shipments.filter(({ orderNumbers }) => orderNumbers.includes(number)),
        );
      },
    },
  };
  return { wms, calls, warehouse };
}
