import {
  instantOf,
  parseDecimal,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  type Instant,
  type InventoryChange,
  type OrderId,
  type ReservationId,
  type ShelfMovement,
  type Sku,
  type StockReading,
} from "@crossdock/domain";
import { inventoryChanged } from "@crossdock/events";
import {
  createReservationSweep,
  createStockBook,
  HISTORY_READ,
  markConsumed,
  saveReservation,
  tellHeldStock,
} from "@crossdock/processes";
import type { WmsSystem } from "@crossdock/source-contract";
import type { Feed } from "../feed.ts";
import { openBooks, type OpenBooks } from "../testing/open-books.ts";
import { wmsStockFeed, type StockSeen } from "./wms-stock.ts";

const EAST = parseWarehouseCode("EAST");
const EA = parseUomCode("EA");
const each = (digits: number) => quantity(parseDecimal(String(digits)), EA);
const WAIT_MS = 8_000;

/** A warehouse that a test moves: it lists two products at a time, and tells every movement there ever was. */
function warehouse() {
  type Row = {
    onHand: number;
    allocated: number;
    inbound: number;
    inTransit?: number;
    countsTowardsAtp?: boolean;
    movements: ShelfMovement[];
  };
  const rows = new Map<Sku, Row>();
  let clockMs = Date.parse("2026-11-21T08:00:00Z");
  let numbers = 0;
  const asked = { slices: 0, moved: [] as (readonly Sku[])[] };
  const now = () => instantOf(new Date((clockMs += 1_000)));
  const at = (sku: string): Row => {
    const known = rows.get(parseSku(sku));
    if (known !== undefined) return known;
    const row: Row = { onHand: 0, allocated: 0, inbound: 0, movements: [] };
    rows.set(parseSku(sku), row);
    return row;
  };
  const read = (sku: Sku): StockReading => {
    const { onHand, allocated, inbound, inTransit, countsTowardsAtp, movements } = at(sku);
    const level = {
      sku,
      warehouse: EAST,
      onHand: each(onHand),
      allocated: each(allocated),
      inbound: each(inbound),
      ...(inTransit === undefined ? {} : { inTransit: each(inTransit) }),
      ...(countsTowardsAtp === undefined ? {} : { countsTowardsAtp }),
    };
    const askedAt = now();
    return { level, movements: [...movements], askedAt, answeredAt: now() };
  };
  const stockFeed: WmsSystem["stockFeed"] = {
    listStock: (after) => {
      asked.slices += 1;
      const from = Number(after ?? 0);
      const skus = [...rows.keys()].sort();
      const items = skus.slice(from, from + 2).map((sku) => ({ ...read(sku), movements: [] }));
      return Promise.resolve({ items, next: from + 2 < skus.length ? String(from + 2) : null });
    },
    readMovedStock: ({ since, skus }) => {
      asked.moved.push(skus);
      const moved = [...rows].filter(([, { movements }]) =>
        movements.some((movement) => movement.at >= since),
      );
      const wanted = new Set([...moved.map(([sku]) => sku), ...skus]);
      return Promise.resolve([...wanted].map(read));
    },
  };
  return {
    asked,
    at,
    read,
    now,
    move(sku: string, change: InventoryChange, delta: number) {
      const row = at(sku);
      row.onHand += delta;
      if (change === "PICKED") row.allocated += delta;
      row.movements.push({ number: (numbers += 1), change, delta: each(delta), at: now() });
    },
    system: { name: "wms", stockFeed },
  };
}

let books: OpenBooks;
let wms: ReturnType<typeof warehouse>;
let feed: Feed<StockSeen>;

beforeAll(async () => {
  books = await openBooks();
}, 60_000);
beforeEach(async () => {
  for (const table of ["stock_book", "stock_looks", "feed_watermarks", "reservations"] as const) {
    await books.ledger.db.deleteFrom(table).execute();
  }
  wms = warehouse();
  feed = openFeed();
});
afterAll(() => books.close());

function openFeed() {
  const { ledger, process, clock } = books;
  return wmsStockFeed({ wms: wms.system, book: createStockBook(ledger), process, clock });
}

function record(items: readonly StockSeen[], history = false) {
  return books.ledger.transaction((trx) =>
    feed.record(trx, items, { history, correlationId: "test" }),
  );
}

/** Reads everything that was there before anybody listened. */
async function load(): Promise<void> {
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof feed.listChanged>> = await feed.listChanged(
      { since: null, after },
      AbortSignal.timeout(WAIT_MS),
    );
    await record(page.items, true);
    after = page.next;
  } while (after !== null);
  const mark = { feed: `${feed.name}${HISTORY_READ}`, watermark: wms.now(), swept_at: wms.now() };
  await books.ledger.db.insertInto("feed_watermarks").values(mark).execute();
}

/** @returns what the warehouse moves from now on */
async function sweep(since: Instant = instantOf(new Date("2026-11-21T00:00:00Z"))) {
  const page = await feed.listChanged({ since, after: null }, AbortSignal.timeout(WAIT_MS));
  await record(page.items);
  await books.ledger.transaction(async (trx) => feed.noteSwept?.(trx));
  return page.items;
}

/** What is told while `work` is done: change, delta, and on hand/allocated/to promise after it. */
async function told(work: () => Promise<unknown>): Promise<readonly string[]> {
  const after = await books.eventLog.head();
  await work();
  const types = [inventoryChanged.type];
  const events = await books.eventLog.readPage({ after, limit: 500, types });
  return events.map(({ data }) => {
    const { change, delta, position } = inventoryChanged.parse(data);
    const { onHand, allocated, availableToPromise } = position ?? {};
    const stock = [onHand, allocated, availableToPromise].join("/");
    return `${change} ${delta.value} → ${stock}`;
  });
}

let made = 0;
async function reserve(sku: string, digits: number, forMs = 900_000): Promise<ReservationId> {
  const id = `01K${String((made += 1)).padStart(23, "0")}` as ReservationId;
  const held = { sku: parseSku(sku), warehouse: EAST, quantity: each(digits) };
  const at = books.clock.now();
  const expiresAt = instantOf(new Date(Date.now() + forMs));
  const context = { correlationId: "test", causationId: null, tenant: null };
  await books.ledger.transaction(async (trx) => {
    const reservation = { ...held, id, customerNumber: null, status: "HELD" as const, expiresAt };
    await saveReservation(trx, reservation, { clientId: "portal", at });
    const change = { ...held, change: "RESERVED" as const, delta: each(-digits), at };
    await books.eventLog.append(trx, await tellHeldStock(trx, [change]), context);
  });
  return id;
}

test("what lay there before we listened fills the book and is no news", async () => {
  wms.move("NG-1", "RECEIVED", 10);
  for (const sku of ["NG-2", "NG-3", "NG-4", "NG-5"]) wms.at(sku).onHand = 3;
  expect(await told(load)).toEqual([]);
  expect(await told(sweep)).toEqual([]);
  const skus = ["NG-1", "NG-5"].map((sku) => parseSku(sku));
  const records = await createStockBook(books.ledger).readStock(skus);
  expect(records.map(({ level }) => `${level.sku} ${level.onHand.value}`).sort()).toEqual([
    "NG-1 10",
    "NG-5 3",
  ]);
});

test("receipts, counts and picks are told once each, with the stock as it is after them", async () => {
  wms.at("NG-1").onHand = 10;
  wms.at("NG-1").allocated = 2;
  await load();
  wms.move("NG-1", "RECEIVED", 5);
  expect(await told(sweep)).toEqual(["RECEIVED 5 → 15/2/13"]);
  expect(await told(sweep)).toEqual([]);
  wms.move("NG-1", "ADJUSTED", -1);
  wms.move("NG-1", "PICKED", -2);
  expect(await told(sweep)).toEqual(["ADJUSTED -1 → 14/2/12", "PICKED -2 → 12/0/12"]);
  feed = openFeed();
  expect(await told(sweep)).toEqual([]);
});

test("a movement is about its product: events go by stock, and each says when it happened", async () => {
  wms.at("NG-1").onHand = 10;
  await load();
  wms.move("NG-1", "RECEIVED", 5);
  const after = await books.eventLog.head();
  await sweep();
  const [event] = await books.eventLog.readPage({ after, limit: 10 });
  expect(event).toMatchObject({ subject: "stock:NG-1", customerNumber: null });
  expect(event?.time).toBe(wms.at("NG-1").movements[0]?.at);
});

test("what no movement tells is found slice by slice, at the cost of one slice a sweep", async () => {
  for (const nth of [1, 2, 3, 4, 5]) wms.at(`NG-${String(nth)}`).onHand = 10;
  await load();
  wms.asked.slices = 0;
  wms.at("NG-5").allocated = 4;
  const tellings: (readonly string[])[] = [];
  for (let nth = 0; nth < 3; nth += 1) tellings.push(await told(sweep));
  expect(tellings).toEqual([[], [], ["RESERVED -4 → 10/4/6"]]);
  expect(wms.asked.slices).toBe(3);
  wms.at("NG-5").allocated = 1;
  const more: string[] = [];
  for (let nth = 0; nth < 3; nth += 1) more.push(...(await told(sweep)));
  expect(more).toEqual(["RELEASED 3 → 10/1/9"]);
});

test("goods that are only announced are known to the next event, and are none themselves", async () => {
  wms.at("NG-1").onHand = 10;
  await load();
  wms.at("NG-1").inbound = 6;
  expect(await told(sweep)).toEqual([]);
  const [record] = await createStockBook(books.ledger).readStock([parseSku("NG-1")]);
  expect(record?.level.inbound.value).toBe("6");
});

test("what is between warehouses, and what cannot be promised any more, are in the book with the next sweep", async () => {
  wms.at("NG-1").onHand = 10;
  await load();
  Object.assign(wms.at("NG-1"), { inTransit: 4, countsTowardsAtp: false });
  expect(await told(sweep)).toEqual([]);
  const book = createStockBook(books.ledger);
  const [record] = await book.readStock([parseSku("NG-1")]);
  expect(record?.level).toMatchObject({ inTransit: each(4), countsTowardsAtp: false });
  wms.move("NG-1", "RECEIVED", 5);
  expect(await told(sweep)).toEqual(["RECEIVED 5 → 15/0/0"]);
  Object.assign(wms.at("NG-1"), { inTransit: 0, countsTowardsAtp: true });
  expect(await told(sweep)).toEqual([]);
  const [after] = await book.readStock([parseSku("NG-1")]);
  expect(after?.level).not.toHaveProperty("inTransit");
  expect(after?.level).not.toHaveProperty("countsTowardsAtp");
});

test("what our reservations hold is in every position, and is not told again by the warehouse", async () => {
  wms.at("NG-1").onHand = 10;
  await load();
  const id = await reserve("NG-1", 3);
  expect(await told(sweep)).toEqual([]);
  wms.move("NG-1", "RECEIVED", 5);
  expect(await told(sweep)).toEqual(["RECEIVED 5 → 15/3/12"]);

  // An order takes it, and the warehouse takes the order over: it was promised all the time.
  const order = "0000000001" as OrderId;
  await books.ledger.transaction((trx) => markConsumed(trx, [id], order, books.clock.now()));
  wms.at("NG-1").allocated = 3;
  await books.ledger.db
    .updateTable("reservations")
    .set({ handed_over_at: books.clock.now() })
    .execute();
  expect(await told(sweep)).toEqual([]);
  wms.move("NG-1", "PICKED", -3);
  expect(await told(sweep)).toEqual(["PICKED -3 → 12/0/12"]);
});

test("a reservation whose time is up is told once, whoever looks first", async () => {
  wms.at("NG-1").onHand = 10;
  await load();
  const reserved = await told(() => reserve("NG-1", 4, 1));
  expect(reserved).toEqual(["RESERVED -4 → 10/4/6"]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await told(sweep)).toEqual([]);
  const { ledger, eventLog, clock, logger } = books;
  const sweepOfReservations = createReservationSweep({ ledger, eventLog, clock, logger });
  const ended = await told(async () => {
    sweepOfReservations.start();
    const end = Date.now() + WAIT_MS;
    const statuses = () => ledger.db.selectFrom("reservations").select("status").execute();
    while ((await statuses())[0]?.status !== "EXPIRED" && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await sweepOfReservations.stop();
  });
  expect(ended).toEqual(["RELEASED 4 → 10/0/10"]);
  expect(await told(sweep)).toEqual([]);
});

test("an answer that may be older than what is known changes nothing", async () => {
  wms.at("NG-1").onHand = 10;
  await load();
  const old = wms.read(parseSku("NG-1"));
  wms.move("NG-1", "RECEIVED", 5);
  expect(await told(sweep)).toEqual(["RECEIVED 5 → 15/0/15"]);
  const late = [{ reading: old, modifiedAt: old.answeredAt }];
  expect(await told(() => record(late))).toEqual([]);
  expect(await told(sweep)).toEqual([]);
});

test("a product that is new to the warehouse had nothing before", async () => {
  wms.at("NG-1").onHand = 10;
  await load();
  wms.move("NG-9", "RECEIVED", 7);
  expect(await told(sweep)).toEqual(["RECEIVED 7 → 7/0/7"]);
});

test("what moves while the first listing goes on is told after it, when it is not in it", async () => {
  wms.at("NG-1").onHand = 10;
  wms.at("NG-3").onHand = 10;
  const { listStock } = wms.system.stockFeed;
  wms.system.stockFeed.listStock = async (after, signal) => {
    const page = await listStock(after, signal);
    wms.move("NG-1", "RECEIVED", 1);
    return page;
  };
  expect(await sweep()).toEqual([]);
  expect(wms.asked).toEqual({ slices: 0, moved: [] });
  expect(await told(load)).toEqual([]);
  wms.system.stockFeed.listStock = listStock;
  expect(await told(sweep)).toEqual(["RECEIVED 1 → 11/0/11"]);
});

test("a warehouse that fails half way is listed from the beginning the next time", async () => {
  for (const nth of [1, 2, 3]) wms.at(`NG-${String(nth)}`).onHand = 10;
  await load();
  await sweep();
  const { listStock } = wms.system.stockFeed;
  wms.system.stockFeed.listStock = () => Promise.reject(new Error("down"));
  await expect(sweep()).rejects.toThrow("down");
  wms.system.stockFeed.listStock = listStock;
  wms.at("NG-1").allocated = 1;
  expect(await told(sweep)).toEqual(["RESERVED -1 → 10/1/9"]);
});

describe("the moment up to which the stock of a product is known", () => {
  const seen = async (sku: string) => {
    const found = await createStockBook(books.ledger).readSeen([parseSku(sku)]);
    return found.get(parseSku(sku));
  };
  const sightings = () =>
    Promise.all(["NG-1", "NG-3"].map(async (sku) => (await seen(sku))?.seenAt ?? null));

  beforeEach(async () => {
    for (const nth of [1, 2, 3]) wms.at(`NG-${String(nth)}`).onHand = 10;
    await load();
  });

  test("is that of its slice, whether or not anything had changed", async () => {
    const began = wms.now();
    const [first, third] = await sightings();
    expect([first, third].every((at) => at != null && at < began)).toBe(true);
    await sweep();
    const [again = null, unseen] = await sightings();
    expect(again !== null && again > began).toBe(true);
    expect(unseen).toBe(third);
    await sweep();
    expect((await sightings())[1]).not.toBe(third);
    expect((await sightings())[0]).toBe(again);
  });

  test("is that of its movement, with the stock after it; the warehouse's own, without our reservations", async () => {
    await reserve("NG-3", 2);
    wms.move("NG-3", "RECEIVED", 5);
    const began = wms.now();
    await sweep();
    const found = await seen("NG-3");
    expect(found?.seenAt !== undefined && found.seenAt > began).toBe(true);
    expect(found?.positions).toEqual([
      {
        sku: "NG-3",
        warehouse: EAST,
        onHand: each(15),
        allocated: each(0),
        inbound: each(0),
      },
    ]);
  });

  test("does not move when the sweep breaks off before all that it has found is recorded", async () => {
    const before = await sightings();
    const { readMovedStock } = wms.system.stockFeed;
    wms.system.stockFeed.readMovedStock = () => Promise.reject(new Error("down"));
    await expect(sweep()).rejects.toThrow("down");
    await books.ledger.transaction(async (trx) => feed.noteSwept?.(trx));
    expect(await sightings()).toEqual(before);
    wms.system.stockFeed.readMovedStock = readMovedStock;
    wms.at("NG-1").allocated = 4;
    await feed.listChanged({ since: wms.now(), after: null }, AbortSignal.timeout(WAIT_MS));
    expect(await sightings()).toEqual(before);
  });

  test("is not known of what no reading has told", async () => {
    expect(await seen("NG-9")).toBeUndefined();
  });
});
