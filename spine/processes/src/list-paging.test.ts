import {
  addDays,
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseLocalDate,
  parseWarehouseCode,
  type CustomerNumber,
  type Invoice,
  type InvoiceId,
  type LocalDate,
  type OrderNumber,
  type Shipment,
  type ShipmentId,
} from "@crossdock/domain";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import fc from "fast-check";
import { createInvoiceBook, saveInvoices } from "./invoice-book-postgres.ts";
import { createOrderBook } from "./order-book-postgres.ts";
import { saveSourceOrders } from "./order-book-writer.ts";
import type { OrderSort } from "./order-book.ts";
import { createShipmentBook, saveShipments } from "./shipment-book-postgres.ts";
import { sourceOrderOf } from "./testing/drafts.ts";

const SEEN_AT = parseInstant("2026-11-21T10:00:00Z");
const FIRST_DAY = parseLocalDate("2026-10-01");
/** Each run pages a list of an account of its own through a real database. */
const RUNS = { numRuns: 12 };
const MAX_PAGES = 100;

let opened: TestLedger;
beforeAll(async () => {
  opened = await openTestLedger();
}, 60_000);
afterAll(() => opened.close());

/** A document of a list: its name, and the day that its list sorts it by; `null` has none yet. */
type Entry = { readonly at: number; readonly day: number | null };
type PagedList = {
  /** Adds what is not there, and changes what is, but for the day. */
  save(owner: CustomerNumber, entries: readonly Entry[], version: number): Promise<void>;
  readPage(owner: CustomerNumber, after: unknown, first: number): Promise<Page>;
  idOf(owner: CustomerNumber, entry: Entry): string;
};
type Page = {
  readonly ids: readonly string[];
  readonly after: unknown;
  readonly hasNextPage: boolean;
};

/** What happens between two pages. */
type Turn = { readonly added: readonly Entry[]; readonly changed: readonly number[] };
type Scenario = {
  readonly first: number;
  readonly entries: readonly Entry[];
  readonly turns: readonly Turn[];
};

const orderSorts: OrderSort[] = ["PLACED_AT_DESC", "PLACED_AT_ASC", "NUMBER_ASC", "NUMBER_DESC"];
test.each<[string, () => PagedList]>([
  ...orderSorts.map((sort): [string, () => PagedList] => [`orders ${sort}`, () => orders(sort)]),
  ["invoices", invoices],
  ["shipments", shipments],
])(
  "%s: what was there all the time is met once, whatever comes and changes meanwhile",
  async (_name, listOf) => {
    const list = listOf();
    await fc.assert(
      fc.asyncProperty(scenario(), async (played) => {
        const owner = newOwner();
        const met = await pageThrough(list, owner, played);
        const expected = played.entries.map((entry) => list.idOf(owner, entry));
        expect(met.filter((id) => expected.includes(id)).sort()).toEqual([...expected].sort());
        expect(new Set(met).size).toBe(met.length);
      }),
      RUNS,
    );
  },
  120_000,
);

test("a shipment that moves on while its list is paged is met once at most, and the others once", async () => {
  const book = createShipmentBook(opened.ledger);
  const list = shipments();
  await fc.assert(
    fc.asyncProperty(scenario(), fc.nat({ max: 19 }), async (played, mover) => {
      const owner = newOwner();
      const moved = played.entries[mover % played.entries.length];
      if (moved === undefined) throw new Error("There is one at least.");
      const met: string[] = [];
      let after: unknown = null;
      await list.save(owner, played.entries, 0);
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const read = await list.readPage(owner, after, played.first);
        met.push(...read.ids);
        after = read.after;
        if (!read.hasNextPage) break;
        const modifiedAt = parseInstant(`2026-11-21T08:${String(page % 60).padStart(2, "0")}:00Z`);
        const shipment = { ...shipmentOf(owner, moved, page), modifiedAt };
        await opened.ledger.transaction((trx) =>
          saveShipments(trx, [{ shipment, customerNumber: owner }], SEEN_AT),
        );
      }
      expect(new Set(met).size).toBe(met.length);
      const others = played.entries.filter((entry) => entry !== moved);
      expect(met).toEqual(expect.arrayContaining(others.map((entry) => list.idOf(owner, entry))));
      const [record] = await book.readShipments([list.idOf(owner, moved) as ShipmentId]);
      expect(record).not.toBeNull();
    }),
    RUNS,
  );
}, 120_000);

/** @returns the ids in the order in which the pages had them */
async function pageThrough(
  list: PagedList,
  owner: CustomerNumber,
  { first, entries, turns }: Scenario,
): Promise<string[]> {
  await list.save(owner, entries, 0);
  const met: string[] = [];
  let after: unknown = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const read = await list.readPage(owner, after, first);
    met.push(...read.ids);
    after = read.after;
    if (!read.hasNextPage) return met;
    const turn = turns[page];
    if (turn === undefined) continue;
    const added = turn.added.map((entry) => ({ ...entry, at: entry.at + 1_000 * (page + 1) }));
    const changed = turn.changed
      .map((at) => entries[at % entries.length])
      .filter((one) => one !== undefined);
    await list.save(owner, [...added, ...new Set(changed)], page + 1);
  }
  throw new Error("The list has no end.");
}

function scenario(): fc.Arbitrary<Scenario> {
  const day = fc.option(fc.nat({ max: 5 }));
  const entries = (maxLength: number, minLength = 0) =>
    fc
      .array(day, { minLength, maxLength })
      .map((days) => days.map((one, at): Entry => ({ at: at + 1, day: one })));
  return fc.record({
    first: fc.integer({ min: 1, max: 6 }),
    entries: entries(20, 1),
    turns: fc.array(
      fc.record({ added: entries(4), changed: fc.array(fc.nat({ max: 19 }), { maxLength: 4 }) }),
      { maxLength: 20 },
    ),
  });
}

let owners = 0;
function newOwner(): CustomerNumber {
  owners += 1;
  return parseCustomerNumber(`C${String(owners)}`);
}

function dayOf({ day }: Entry): LocalDate {
  return addDays(FIRST_DAY, day ?? 0);
}

function orders(sort: OrderSort): PagedList {
  const book = createOrderBook(opened.ledger);
  const numberOf = (owner: CustomerNumber, { at }: Entry) =>
    `SO-${owner}-${sort}-${String(at)}`.replaceAll("_", "");
  return {
    idOf: (owner, entry) => `erp-${numberOf(owner, entry)}`,
    async save(owner, entries, version) {
      const documents = entries.map((entry) =>
        sourceOrderOf(numberOf(owner, entry), dayOf(entry), {
          customerNumber: owner,
          status: version % 2 === 0 ? "SHIPPED" : "INVOICED",
          modifiedAt: changedAt(version),
        }),
      );
      await opened.ledger.transaction((trx) => saveSourceOrders(trx, documents, SEEN_AT));
    },
    async readPage(owner, after, first) {
      const query = { visibleTo: [owner], sort, first, after: after as never };
      const page = await book.listOrders(query);
      return {
        ids: page.orders.map(({ record }) => record.id),
        after: page.orders.at(-1)?.position ?? null,
        hasNextPage: page.hasNextPage,
      };
    },
  };
}

function invoices(): PagedList {
  const book = createInvoiceBook(opened.ledger);
  const idOf = (owner: CustomerNumber, { at }: Entry) => `I-${owner}-${String(at)}`;
  const zero = { amount: parseDecimal("0"), currency: parseCurrencyCode("USD") };
  return {
    idOf,
    async save(owner, entries, version) {
      const documents = entries.map((entry): Invoice => ({
        id: idOf(owner, entry) as InvoiceId,
        number: null,
        customerNumber: owner,
        orderNumbers: [],
        status: entry.day === null ? "DRAFT" : version % 2 === 0 ? "POSTED" : "PAID",
        issuedOn: entry.day === null ? null : dayOf(entry),
        dueOn: null,
        lines: [],
        subtotal: zero,
        tax: zero,
        freight: null,
        total: zero,
        balance: zero,
        payments: [],
        creditMemos: [],
        modifiedAt: changedAt(version),
      }));
      await opened.ledger.transaction((trx) => saveInvoices(trx, documents, SEEN_AT));
    },
    async readPage(owner, after, first) {
      const today = parseLocalDate("2026-11-21");
      const query = { visibleTo: [owner], first, after: after as never, today };
      const page = await book.listInvoices(query);
      return {
        ids: page.rows.map(({ record }) => record.invoice.id),
        after: page.rows.at(-1)?.position ?? null,
        hasNextPage: page.hasNextPage,
      };
    },
  };
}

function shipments(): PagedList {
  const book = createShipmentBook(opened.ledger);
  return {
    idOf: (owner, entry) => shipmentOf(owner, entry, 0).id,
    async save(owner, entries, version) {
      const rows = entries.map((entry) => ({
        shipment: shipmentOf(owner, entry, version),
        customerNumber: owner,
      }));
      await opened.ledger.transaction((trx) => saveShipments(trx, rows, SEEN_AT));
    },
    async readPage(owner, after, first) {
      const page = await book.listShipments({ visibleTo: [owner], first, after: after as never });
      return {
        ids: page.rows.map(({ record }) => record.shipment.id),
        after: page.rows.at(-1)?.position ?? null,
        hasNextPage: page.hasNextPage,
      };
    },
  };
}

function shipmentOf(owner: CustomerNumber, entry: Entry, version: number): Shipment {
  return {
    id: `W-${owner}-${String(entry.at)}` as ShipmentId,
    number: `W-${owner}-${String(entry.at)}`,
    orderNumbers: [`SO-${owner}` as OrderNumber],
    warehouse: parseWarehouseCode("EAST"),
    status: version % 2 === 0 ? "PICKED" : "PACKED",
    carrier: null,
    trackingNumber: null,
    trackingUrl: null,
    shipTo: null,
    lines: [],
    packages: [],
    milestones: [],
    shippedAt: null,
    estimatedDeliveryAt: null,
    deliveredAt: null,
    problem: null,
    modifiedAt: parseInstant(`${dayOf(entry)}T00:00:00Z`),
  };
}

function changedAt(version: number) {
  return parseInstant(`2026-11-21T09:00:${String(version % 60).padStart(2, "0")}Z`);
}
