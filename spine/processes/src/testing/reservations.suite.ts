import {
  instantOf,
  openOrder,
  parseDecimal,
  parseInstant,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  type Instant,
  type OrderId,
  type ReservationId,
} from "@crossdock/domain";
import { allEvents, createEventLog, inventoryChanged, type EventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import type { TestLedger } from "@crossdock/ledger/testing";
import { createFixedClock, createLogger, type FixedClock } from "@crossdock/runtime";
import { sql } from "kysely";
import { createReservationBook } from "../reservation-book-postgres.ts";
import { createReservationSweep } from "../reservation-sweep.ts";
import { openingRowOf } from "../order-book-writer.ts";
import {
  lockHeld,
  lockReservations,
  markConsumed,
  markReleased,
  saveReservation,
} from "../reservation-writer.ts";
import { draftOf } from "./drafts.ts";

const SKU = parseSku("NG-1");
const EAST = parseWarehouseCode("EAST");
const MANY = 430;
const WAIT_MS = 15_000;
const logger = createLogger({ name: "test", level: "silent" });

/** What holds on both stores. */
export function reservationsSuite(open: () => Promise<TestLedger>): void {
  let opened: TestLedger;
  let ledger: Ledger;
  let eventLog: EventLog;
  let clock: FixedClock;
  let made = 0;

  beforeAll(async () => {
    opened = await open();
    ledger = opened.ledger;
    clock = createFixedClock("2026-11-21T08:00:00Z");
    eventLog = createEventLog({ ledger, clock, logger, definitions: allEvents });
  }, 60_000);
  afterAll(async () => {
    await eventLog.close();
    await opened.close();
  });

  const hold = async (count: number, forMs: number): Promise<readonly ReservationId[]> => {
    const ids = Array.from(
      { length: count },
      () => `01K${String((made += 1)).padStart(23, "0")}` as ReservationId,
    );
    const expiresAt = instantOf(new Date(clock.nowMs() + forMs));
    await ledger.transaction(async (trx) => {
      for (const id of ids) {
        const one = quantity(parseDecimal("1"), parseUomCode("EA"));
        const held = { id, sku: SKU, warehouse: EAST, quantity: one, customerNumber: null };
        const taken = { clientId: "portal", at: clock.now() };
        await saveReservation(trx, { ...held, status: "HELD", expiresAt }, taken);
      }
    });
    return ids;
  };
  const heldNow = async () => {
    const [held = []] = await createReservationBook(ledger, clock).readHeld([SKU]);
    return held.map((part) => part.quantity.value);
  };
  const heldFor = async (askedAt: Instant) => {
    const held = await ledger.transaction((trx) =>
      lockHeld(trx, SKU, { at: clock.now(), askedAt }),
    );
    return held.reduce((sum, part) => sum + Number(part.quantity.value), 0);
  };
  const statusesOf = async (ids: readonly ReservationId[]) => {
    const read = await createReservationBook(ledger, clock).readReservations(ids);
    return read.map((reservation) => reservation?.status);
  };

  test("what two sweeps at once find expired is told once each, whatever their number", async () => {
    const after = await eventLog.head();
    const ids = await hold(MANY, 1_000);
    expect(await heldNow()).toEqual([String(MANY)]);
    clock.advance(1_000);
    expect(await heldNow()).toEqual([]);
    const sweeps = [1, 2].map(() =>
      createReservationSweep({ ledger, eventLog, clock, logger, everyMs: 5 }),
    );
    for (const sweep of sweeps) sweep.start();
    let told = 0;
    const signal = AbortSignal.timeout(15_000);
    const topics = { types: [inventoryChanged.type] };
    for await (const event of eventLog.follow({ after, topics, maxPending: 1_000, signal })) {
      expect(inventoryChanged.parse(event.data)).toMatchObject({ change: "RELEASED", sku: SKU });
      told += 1;
      if (told === MANY) break;
    }
    // Time for one that should not come.
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const sweep of sweeps) await sweep.stop();
    const page = await eventLog.readPage({ after, ...topics, limit: 500 });
    expect(page).toHaveLength(MANY);
    expect(new Set(await statusesOf(ids))).toEqual(new Set(["EXPIRED"]));
  }, 60_000);

  test("an order and those who give back end each reservation once, in whatever order they come", async () => {
    const ids = await hold(20, 60_000);
    const order = "0000000001" as OrderId;
    const at = parseInstant("2026-11-21T08:30:00Z");
    const releases = ids.map((id) =>
      ledger.transaction(async (trx) => {
        const [reservation] = await lockReservations(trx, [id], clock.now());
        if (reservation?.status !== "HELD") return 0;
        await markReleased(trx, id, at);
        return 1;
      }),
    );
    const taken = ledger.transaction(async (trx) => {
      const locked = await lockReservations(trx, [...ids].reverse(), clock.now());
      const held = locked.filter(({ status }) => status === "HELD").map(({ id }) => id);
      await markConsumed(trx, held, order, at);
      return held.length;
    });
    const ended = (await Promise.all([...releases, taken])).reduce((sum, count) => sum + count, 0);
    expect(ended).toBe(ids.length);
    const statuses = await statusesOf(ids);
    const consumed = statuses.filter((status) => status === "CONSUMED").length;
    expect(consumed).toBe(await taken);
    // Nobody can give it back any more, and the warehouse does not have it yet.
    expect(await heldNow()).toEqual(consumed === 0 ? [] : [String(consumed)]);
  });

  test("what an order took holds until the warehouse has the order, or the order is over", async () => {
    const before = (await heldNow()).map(Number)[0] ?? 0;
    const orders = ["0000000002", "0000000003"].map((key) => key as OrderId);
    for (const id of orders) {
      const [reservation] = await hold(1, 1_000);
      await ledger.transaction(async (trx) => {
        const { state } = openOrder(id, draftOf(id));
        const row = { ...openingRowOf(state), state: JSON.stringify(state) };
        await trx.insertInto("order_book").values(row).execute();
        if (reservation !== undefined) await markConsumed(trx, [reservation], id, clock.now());
      });
    }
    clock.advance(1_000);
    const sweep = createReservationSweep({ ledger, eventLog, clock, logger, everyMs: 5 });
    sweep.start();
    try {
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await heldNow()).toEqual([String(before + 2)]);
      await ledger.db
        .updateTable("order_book")
        .set({
          status: "ALLOCATED",
          // It was told of a shipment, and nothing more is planned.
          state: sql`state || '{"shipments": [{}], "sourcing": {"planned": []}}'::jsonb`,
        })
        .where("id", "=", orders[0] ?? "")
        .execute();
      await until(async () => Number((await heldNow())[0]) === before + 1);
      // A warehouse that was asked before it took the order over has not counted it.
      expect(await heldFor(clock.now())).toBe(before + 2);
      expect(await heldFor(instantOf(new Date(clock.nowMs() + 1)))).toBe(before + 1);
      await ledger.db
        .updateTable("order_book")
        .set({ status: "CANCELLED" })
        .where("id", "=", orders[1] ?? "")
        .execute();
      await until(async () => Number((await heldNow())[0] ?? 0) === before);
    } finally {
      await sweep.stop();
    }
  });
}

/** @throws {Error} when it does not come true in time */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + WAIT_MS;
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error("It did not come true.");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
