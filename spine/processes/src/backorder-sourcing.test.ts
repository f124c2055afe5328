import {
  allCommands,
  createCommandLog,
  parseIdempotencyKey,
  submitOrder,
  type CommandLog,
} from "@crossdock/commands";
import {
  allocationsOf,
  parseDecimal,
  parseInstant,
  parseOrderId,
  parseOrderNumber,
  parseUomCode,
  parseWarehouseCode,
  PLAIN_STOCK_POLICY,
  quantity,
  type OrderDraft,
  type OrderId,
  type OrderToCashEvent,
  type SourcingPolicy,
} from "@crossdock/domain";
import { allEvents, createEventLog, type EventLog } from "@crossdock/events";
import { openSharedTestLedger, type SharedTestLedger } from "@crossdock/ledger/testing";
import { createFixedClock, createLogger } from "@crossdock/runtime";
import { sourceBackorders, type BackorderSourcingDeps } from "./backorder-sourcing.ts";
import { createCommandJournal } from "./command-journal.ts";
import { createOrderBook } from "./order-book-postgres.ts";
import { createOrderProcess, type OrderProcess } from "./order-process.ts";
import { createReceiptBook } from "./receipt-book-postgres.ts";
import { createReservationBook } from "./reservation-book-postgres.ts";
import { draftOf } from "./testing/drafts.ts";

const logger = createLogger({ name: "test", level: "silent" });
const clock = createFixedClock("2026-11-21T08:00:00Z");
const trace = { correlationId: "test", causationId: null };
const { signal } = new AbortController();
const policy: SourcingPolicy = {
  rule: "fewest-shipments/1",
  maxWarehousesPerOrder: 2,
  splitLines: true,
};
const EAST = parseWarehouseCode("EAST");
const WEST = parseWarehouseCode("WEST");
const [FIRST_LINE] = draftOf("AAAAAAAAA0").lines;
const each = (count: number) =>
  quantity(parseDecimal(String(count)), FIRST_LINE?.orderedBase.uom ?? parseUomCode("EA"));

let opened: SharedTestLedger;
let eventLog: EventLog;
let commandLog: CommandLog;
let orderProcess: OrderProcess;

beforeAll(async () => {
  opened = await openSharedTestLedger();
}, 60_000);
beforeEach(() => {
  const { ledger } = opened;
  eventLog = createEventLog({ ledger, clock, logger, definitions: allEvents });
  orderProcess = createOrderProcess({ commands: () => commandLog, eventLog });
  const journal = createCommandJournal({ eventLog, process: () => orderProcess, clock });
  commandLog = createCommandLog({ ledger, definitions: allCommands, clock, journal, logger });
});
afterEach(async () => {
  await commandLog.close();
  await eventLog.close();
  await opened.empty();
});
afterAll(() => opened.close());

/** An order of which all waits. @param minute after eight in which it is placed */
async function waiting(
  key: string,
  count: number,
  minute: number,
  shipComplete = false,
): Promise<OrderId> {
  const placed = draftOf(key);
  const lines = placed.lines.slice(0, 1).map((line) => ({
    ...line,
    ordered: each(count),
    orderedBase: each(count),
  }));
  const draft: OrderDraft = {
    ...placed,
    lines,
    placedAt: parseInstant(`2026-11-21T08:0${String(minute)}:00Z`),
    sourcing: {
      rule: policy.rule,
      shipComplete,
      assignments: [],
      backorders: [
        { lineNumber: 1, quantity: each(count), promisedOn: null, reason: "In no warehouse." },
      ],
    },
  };
  const request = {
    clientId: "portal",
    idempotencyKey: parseIdempotencyKey(key),
    requestedBy: "test",
    customerNumber: draft.customerNumber,
    data: draft,
    ...trace,
    alongside: () => orderProcess.opening(draft, trace),
  };
  await commandLog.take(submitOrder, request, signal);
  const orderId = parseOrderId(key);
  const event: OrderToCashEvent = {
    kind: "orderCreated",
    number: parseOrderNumber(`SO-${key}`),
    at: clock.now(),
    source: "erp",
  };
  await opened.ledger.transaction((trx) =>
    orderProcess.apply(trx, [{ orderId, event }], [], trace),
  );
  return orderId;
}

/** What lies in EAST and in WEST of the one product. */
function deps(east: number, west = 0): BackorderSourcingDeps {
  return {
    ledger: opened.ledger,
    process: orderProcess,
    receiptBook: createReceiptBook(opened.ledger),
    readStock: (skus) =>
      Promise.resolve(
        skus.map((sku) => ({
          document: [
            { sku, warehouse: EAST, onHand: each(east), allocated: each(0), inbound: each(0) },
            { sku, warehouse: WEST, onHand: each(west), allocated: each(0), inbound: each(0) },
          ],
          provenance: { asOf: clock.now() },
        })),
      ),
    policy,
    stockPolicy: PLAIN_STOCK_POLICY,
    clock,
    logger,
  };
}

async function standing(id: OrderId) {
  const [record] = await createOrderBook(opened.ledger).readOrders([id]);
  const state = record?.state;
  if (state == null) throw new Error("The order is not there.");
  return [
    ...allocationsOf(state).map(
      ({ warehouse, quantity: { value }, release }) => `${warehouse} ${value} ${String(release)}`,
    ),
    ...state.sourcing.backorders.map(({ quantity: { value } }) => `waits ${value}`),
  ];
}

test("the oldest order is served first, and what it was promised is gone for the next", async () => {
  const younger = await waiting("AAAAAAAAA2", 10, 2);
  const older = await waiting("AAAAAAAAA1", 10, 1);
  expect(await sourceBackorders(deps(15), signal)).toBe(2);
  expect(await standing(older)).toEqual(["EAST 10 1"]);
  expect(await standing(younger)).toEqual(["EAST 5 1", "waits 5"]);
  // The warehouse says the same until it has the releases: nothing of it is given out again.
  expect(await sourceBackorders(deps(15), signal)).toBe(0);
  expect(await sourceBackorders(deps(15, 3), signal)).toBe(1);
  expect(await standing(younger)).toEqual(["EAST 5 1", "WEST 3 2", "waits 2"]);
});

test("looks at the same moment give every piece once", async () => {
  const orders = [
    await waiting("AAAAAAAAA3", 10, 1),
    await waiting("AAAAAAAAA4", 10, 2),
    await waiting("AAAAAAAAA5", 10, 3),
  ];
  await Promise.all([1, 2, 3].map(() => sourceBackorders(deps(12, 9), signal)));
  const all = (await Promise.all(orders.map(standing))).flat();
  const sum = (warehouse: string) =>
    all
      .filter((part) => part.startsWith(warehouse))
      .reduce((pieces, part) => pieces + Number(part.split(" ")[1]), 0);
  expect([sum("EAST"), sum("WEST"), sum("waits")]).toEqual([12, 9, 9]);
});

test("what is found counts as promised until the warehouse has the release", async () => {
  await waiting("AAAAAAAAA6", 10, 1);
  await sourceBackorders(deps(15), signal);
  const sku = draftOf("AAAAAAAAA6").lines[0]?.sku;
  if (sku === undefined) throw new Error("The draft has no line.");
  const [held] = await createReservationBook(opened.ledger, clock).readHeld([sku]);
  expect(held?.map(({ warehouse, quantity: { value } }) => `${warehouse} ${value}`)).toEqual([
    "EAST 10",
  ]);
});

test("who wants all at once waits while a piece is missing", async () => {
  const id = await waiting("AAAAAAAAA7", 10, 1, true);
  // That nobody has all of it, and nothing is announced, is news once.
  expect(await sourceBackorders(deps(6, 3), signal)).toBe(1);
  expect(await sourceBackorders(deps(6, 3), signal)).toBe(0);
  expect(await standing(id)).toEqual(["waits 10"]);
  expect(await sourceBackorders(deps(6, 4), signal)).toBe(1);
  expect(await standing(id)).toEqual(["EAST 6 1", "WEST 4 2"]);
});

test("of a product of which nobody knows anything now nothing is decided", async () => {
  const id = await waiting("AAAAAAAAA8", 10, 1);
  const away = { ...deps(15), readStock: () => Promise.resolve([new Error("away")]) };
  expect(await sourceBackorders(away, signal)).toBe(0);
  expect(await standing(id)).toEqual(["waits 10"]);
});
