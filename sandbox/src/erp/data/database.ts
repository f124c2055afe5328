import type { SourceDeps } from "../../kit/source.ts";
import { numberOf, type Row } from "./row.ts";
import { seedDocuments } from "./seed-documents.ts";
import { seedCustomers, seedItems, seedLocations, seedTerms, seedUnits } from "./seed-master.ts";
import { seedItemUnits, seedLedger, seedPriceLines } from "./seed-pages.ts";
import { createTable, type Change, type Table } from "./table.ts";

const TABLES = {
  customers: { uniqueProperty: "number" },
  items: { uniqueProperty: "number" },
  unitsOfMeasure: { uniqueProperty: "code" },
  locations: { uniqueProperty: "code" },
  paymentTerms: { uniqueProperty: "code" },
  salesOrders: { uniqueProperty: "number" },
  salesShipments: { uniqueProperty: "number" },
  salesInvoices: { uniqueProperty: "number" },
  salesCreditMemos: { uniqueProperty: "number" },
  itemLedger: { keyProperty: "Entry_No", groupProperty: "Item_No" },
  itemJournal: { keyProperty: "key" },
  reclassJournal: { keyProperty: "key" },
  itemUnits: { keyProperty: "key", groupProperty: "Item_No" },
  priceLines: { keyProperty: "key", groupProperty: "Asset_No" },
  subscriptions: { keyProperty: "subscriptionId" },
} as const;
export type TableName = keyof typeof TABLES;

/** The company's data. All of it is in memory; every write is in the journal before it returns. */
export interface ErpDatabase extends Readonly<Record<TableName, Table>> {
  /**
   * Runs `work`; a throw takes back every write that it made. A call inside another one joins it.
   * Listeners hear of the changes once the outermost call has ended well.
   */
  transaction<T>(work: () => T): T;
  onCommit(listener: (changes: readonly Change[]) => void): void;
  /** The next number of a series, e.g. `SO-0005001`; given back when the transaction fails. */
  nextNumber(series: NumberSeries): string;
  now(): string;
}

type Transaction = { readonly undo: (() => void)[]; readonly changes: Change[] };

export const NUMBER_SERIES = {
  salesOrder: { prefix: "SO-", digits: 7 },
  salesShipment: { prefix: "SS-", digits: 7 },
  salesInvoice: { prefix: "SI-", digits: 7 },
  salesCreditMemo: { prefix: "SC-", digits: 7 },
  ledgerEntry: { prefix: "", digits: 1 },
  journalLine: { prefix: "", digits: 1 },
} as const;
export type NumberSeries = keyof typeof NUMBER_SERIES;

export function openDatabase({ world, store, clock }: SourceDeps): ErpDatabase {
  const now = () => clock.now().toISOString();
  const listeners: ((changes: readonly Change[]) => void)[] = [];
  let open: Transaction | null = null;

  const onWrite = (undo: () => void, change: Change | null) => {
    if (open === null) {
      if (change !== null) listeners.forEach((listener) => listener([change]));
      return;
    }
    open.undo.push(undo);
    if (change !== null) open.changes.push(change);
  };
  const seeds = seedTables(world);
  const tables = Object.fromEntries(
    Object.entries(TABLES).map(([name, keys]) => [
      name,
      createTable({
        name,
        collection: store.collection<Row>(name, seeds[name as TableName]),
        keyProperty: "id",
        ...keys,
        now,
        onWrite,
      }),
    ]),
  ) as Record<TableName, Table>;

  const lastNumbers = store.collection<number>("lastNumbers", [
    ["salesOrder", world.pastOrders.length],
    ["salesShipment", seeds.salesShipments.length],
    ["ledgerEntry", seeds.itemLedger.length],
  ]);
  return {
    ...tables,
    now,
    onCommit: (listener) => void listeners.push(listener),
    transaction(work) {
      if (open !== null) return work();
      const transaction: Transaction = { undo: [], changes: [] };
      open = transaction;
      // What is undone is journalled too: a crash in between keeps all of it or nothing.
      return store.transaction(() => {
        try {
          const result = work();
          open = null;
          listeners.forEach((listener) => listener(transaction.changes));
          return result;
        } catch (error) {
          open = null;
          for (const undo of transaction.undo.reverse()) undo();
          throw error;
        }
      });
    },
    nextNumber(series) {
      const last = lastNumbers.get(series) ?? 0;
      lastNumbers.put(series, last + 1);
      onWrite(() => lastNumbers.put(series, last), null);
      const { prefix, digits } = NUMBER_SERIES[series];
      return `${prefix}${String(last + 1).padStart(digits, "0")}`;
    },
  };
}

/** On hand over all entries of an item, in base units; at one location when it is given. */
export function inventoryOf(database: ErpDatabase, sku: string, location?: string): number {
  return database.itemLedger
    .grouped(sku)
    .filter(({ fields }) => location === undefined || fields.Location_Code === location)
    .reduce((sum, { fields }) => sum + numberOf(fields, "Remaining_Quantity"), 0);
}

type Seed = readonly (readonly [string, Row])[];

function seedTables(world: SourceDeps["world"]): Record<TableName, Seed> {
  const { orders, shipments } = seedDocuments(world);
  const byId = (rows: readonly Row[], key = "id"): Seed =>
    rows.map((row) => [String(row.fields[key]), row] as const);
  return {
    customers: byId(seedCustomers(world)),
    items: byId(seedItems(world)),
    unitsOfMeasure: byId(seedUnits()),
    locations: byId(seedLocations(world)),
    paymentTerms: byId(seedTerms()),
    salesOrders: byId(orders),
    salesShipments: byId(shipments),
    salesInvoices: [],
    salesCreditMemos: [],
    itemLedger: byId(seedLedger(world), "Entry_No"),
    itemJournal: [],
    reclassJournal: [],
    itemUnits: byId(seedItemUnits(world), "key"),
    priceLines: byId(seedPriceLines(world), "key"),
    subscriptions: [],
  };
}
