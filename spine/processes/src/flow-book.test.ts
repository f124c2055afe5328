import {
  parseDecimal,
  parseInstant,
  parseInvoiceId,
  parseOrderId,
  parseOrderNumber,
  parseShipmentId,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  type Instant,
  type OrderToCashEvent,
} from "@crossdock/domain";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { createFixedClock, createLogger } from "@crossdock/runtime";
import { createFlowBook } from "./flow-book.ts";
import { createFlowSamples } from "./flow-samples.ts";
import { openOrderTaker, type OrderTaker } from "./testing/order-taker.ts";
import { createTransactionBook } from "./transaction-book.ts";
import type { WorkListKind, WorkThresholds } from "./work-lists/work-list.ts";
import { createWorkListBook } from "./work-lists/work-list-book.ts";

/** Orders are placed at 08:00. */
const at = (time: string): Instant => parseInstant(`2026-11-21T${time}:00Z`);
const THRESHOLDS: WorkThresholds = {
  stages: { SUBMITTED: 600, CONFIRMED: 600, SHIPPED: 3_600 },
  pendingErpCreationSeconds: 300,
  shippedNotInvoicedSeconds: 1_800,
  eventsNotConsumedSeconds: 60,
  shipmentsAwaitingPortalSeconds: 60,
  delayedAllocationsSeconds: 0,
  failingCommandsSeconds: 60,
};
const logger = createLogger({ name: "test", level: "silent" });

let opened: TestLedger;
let taker: OrderTaker;

beforeAll(async () => {
  opened = await openTestLedger();
  taker = openOrderTaker(opened.ledger);
}, 30_000);
afterAll(async () => {
  await taker.close();
  await opened.close();
});

async function tell(key: string, ...events: OrderToCashEvent[]): Promise<void> {
  const effects = events.map((event) => ({ orderId: parseOrderId(key), event }));
  const trace = { correlationId: "a feed's own", causationId: null };
  await opened.ledger.transaction((trx) => taker.orderProcess.apply(trx, effects, [], trace));
}

const created = (number: string, time: string): OrderToCashEvent => ({
  kind: "orderCreated",
  number: parseOrderNumber(number),
  at: at(time),
  source: "erp",
});

const shipped = (id: string, time: string): OrderToCashEvent => ({
  kind: "shipmentProgressed",
  at: at(time),
  source: "wms",
  shipment: {
    id: parseShipmentId(id),
    number: id,
    status: "SHIPPED",
    problem: null,
    milestones: [],
    lines: [{ lineNumber: 1, quantity: quantity(parseDecimal("5"), parseUomCode("EA")) }],
  },
});

const invoiced = (number: string, time: string): OrderToCashEvent => ({
  kind: "invoiceChanged",
  at: at(time),
  source: "finance",
  invoice: {
    id: parseInvoiceId("5a1b0000-0000-4000-8000-000000000001"),
    number: number as never,
    status: "POSTED",
    total: { amount: parseDecimal("12.50"), currency: "USD" as never },
    issuedOn: null,
    modifiedAt: at(time),
  } as never,
});

const stagesAt = async (time: string) => {
  const flow = await createFlowBook(opened.ledger).readFlow(at(time), THRESHOLDS.stages);
  return Object.fromEntries(
    flow.groups.map(({ stage, count, late, oldestSince }) => [stage, [count, late, oldestSince]]),
  );
};

async function waiting(kind: WorkListKind, time: string, limit = 10) {
  const list = createWorkListBook(opened.ledger, (feed) => feed === "wms-shipment").of(kind);
  const query = { customers: "all", now: at(time), thresholds: THRESHOLDS, after: null } as const;
  const items = await list.list({ ...query, limit });
  expect(await list.count({ ...query, limit: 10_001 })).toBe(items.length);
  return items.map(({ id, since }) => [id, since]);
}

test("an order is in a stage since it came to it, late once it has been there for too long, and gone when it is billed", async () => {
  await taker.take("AAAAAAAAA1");
  await taker.take("AAAAAAAAA2");
  expect(await stagesAt("08:05")).toEqual({ SUBMITTED: [2, 0, at("08:00")] });
  expect(await stagesAt("08:20")).toEqual({ SUBMITTED: [2, 2, at("08:00")] });
  expect(await waiting("PENDING_ERP_CREATION", "08:04")).toEqual([]);
  expect(await waiting("PENDING_ERP_CREATION", "08:06")).toEqual([
    ["AAAAAAAAA1", at("08:00")],
    ["AAAAAAAAA2", at("08:00")],
  ]);

  await tell("AAAAAAAAA1", created("SO-0000001", "08:10"));
  expect(await waiting("PENDING_ERP_CREATION", "08:20")).toEqual([["AAAAAAAAA2", at("08:00")]]);
  expect(await waiting("STUCK_BETWEEN_STAGES", "08:15")).toEqual([["AAAAAAAAA2", at("08:00")]]);

  await tell("AAAAAAAAA1", shipped("300000001", "09:00"));
  expect(await stagesAt("09:10")).toMatchObject({ SHIPPED: [1, 0, at("09:00")] });
  expect(await waiting("SHIPPED_NOT_INVOICED", "09:20")).toEqual([]);
  expect(await waiting("SHIPPED_NOT_INVOICED", "09:40")).toEqual([["AAAAAAAAA1", at("09:00")]]);

  const [record] = await readState("AAAAAAAAA1");
  const bill = record?.invoices[0]?.number ?? "";
  await tell("AAAAAAAAA1", invoiced(bill, "09:45"));
  expect(await waiting("SHIPPED_NOT_INVOICED", "10:40")).toEqual([]);
  expect(Object.keys(await stagesAt("10:40"))).toEqual(["SUBMITTED"]);
  const flow = await createFlowBook(opened.ledger).readFlow(at("10:00"), {});
  expect(flow.shipmentToInvoiceP50Seconds).toBe(45 * 60);
});

async function readState(key: string) {
  const rows = await opened.ledger.db
    .selectFrom("order_book")
    .select("state")
    .where("id", "=", key)
    .execute();
  return rows.map(({ state }) => state as { readonly invoices: readonly { number: string }[] });
}

test("what a source tells of an order belongs to the request that the order came with", async () => {
  const records = await createTransactionBook(opened.ledger).readByOrder("SO-0000001");
  expect(records?.correlationId).toBe("test");
  const { db } = opened.ledger;
  const events = await db
    .selectFrom("events")
    .select("correlation_id")
    .where("subject", "=", "order:AAAAAAAAA1")
    .execute();
  expect(new Set(events.map((event) => event.correlation_id))).toEqual(new Set(["test"]));
  expect(records?.events.length).toBe(events.length);
  expect(records?.journal.length).toBeGreaterThan(0);
});

test("a page of a list goes on after the position that it ended with", async () => {
  await taker.take("BBBBBBBBB1");
  const list = createWorkListBook(opened.ledger, () => false).of("PENDING_ERP_CREATION");
  const query = { customers: "all", now: at("09:00"), thresholds: THRESHOLDS, limit: 1 } as const;
  const ids: string[] = [];
  for (let after = null; ;) {
    const [item] = await list.list({ ...query, after });
    if (item === undefined) break;
    ids.push(item.id);
    after = { since: item.since, id: item.id } as never;
  }
  expect(ids).toEqual(["AAAAAAAAA2", "BBBBBBBBB1"]);
  expect(await list.list({ ...query, after: null, customers: ["C99999" as never] })).toEqual([]);
});

test("events that nobody could read, records that wait and consumers that are behind are told, oldest first", async () => {
  const { db } = opened.ledger;
  await db
    .insertInto("parked_records")
    .values(
      ["wms-shipment", "finance-invoice"].map((feed) => ({
        feed,
        source_id: "1",
        order_numbers: ["SO-0000009"],
        record: "{}",
        parked_at: at("08:00"),
        due_at: at("08:02"),
      })),
    )
    .execute();
  const [event] = await db.selectFrom("events").select("position").orderBy("position").execute();
  await db
    .insertInto("event_quarantine")
    .values({
      position: event?.position ?? "1",
      event_id: "e1",
      event: "{}",
      reason: "no such status",
      found_at: at("07:59"),
      released_by: null,
    } as never)
    .execute();
  expect(await waiting("EVENTS_NOT_CONSUMED", "08:10")).toEqual([
    [`event:${event?.position ?? ""}`, at("07:59")],
    ["parked:finance-invoice/1", at("08:00")],
  ]);
  expect(await waiting("SHIPMENTS_AWAITING_PORTAL", "08:10")).toEqual([
    ["parked:wms-shipment/1", at("08:00")],
  ]);
});

test("a sample is kept once a minute, and told at even distances until it is a week old", async () => {
  const clock = createFixedClock(at("12:00"));
  const { ledger } = opened;
  const samples = createFlowSamples({ ledger, clock, logger, keepAttemptsDays: 7 });
  await samples.sample();
  await samples.sample();
  const book = createFlowBook(ledger);
  expect(await book.readHistory(at("12:01"), 1)).toEqual([
    { at: at("12:00"), stages: { SUBMITTED: 2 } },
  ]);
  const later = createFixedClock(parseInstant("2026-11-29T12:00:00Z"));
  const old = createFlowSamples({ ledger, clock: later, logger, keepAttemptsDays: 7 });
  await old.forget(new AbortController().signal);
  expect(await book.readHistory(at("12:01"), 1)).toEqual([]);
});

test("which warehouses have something of an order is beside it", async () => {
  const { db } = opened.ledger;
  const row = await db
    .selectFrom("order_book")
    .select("warehouses")
    .where("id", "=", "AAAAAAAAA1")
    .executeTakeFirstOrThrow();
  expect(row.warehouses).toEqual([parseWarehouseCode("EAST")]);
});
