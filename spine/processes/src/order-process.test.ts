import {
  allCommands,
  createCommandLog,
  parseIdempotencyKey,
  submitOrder,
  type CommandLog,
} from "@crossdock/commands";
import {
  parseInstant,
  parseInvoiceId,
  parseOrderId,
  parseOrderNumber,
  parseShipmentId,
  parseUomCode,
  parseDecimal,
  quantity,
  type OrderToCashEvent,
} from "@crossdock/domain";
import { allEvents, createEventLog, LOG_START, type EventLog } from "@crossdock/events";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { createLogger, systemClock } from "@crossdock/runtime";
import { createCommandJournal } from "./command-journal.ts";
import { createOrderBook } from "./order-book-postgres.ts";
import { createOrderProcess, type OrderProcess } from "./order-process.ts";
import { draftOf } from "./testing/drafts.ts";

const logger = createLogger({ name: "test", level: "silent" });
const clock = systemClock;
const trace = { correlationId: "test", causationId: null };
const at = parseInstant("2026-11-21T08:00:01Z");
const { signal } = new AbortController();
let opened: TestLedger;
let eventLog: EventLog;
let commandLog: CommandLog;
let orderProcess: OrderProcess;

beforeAll(async () => {
  opened = await openTestLedger();
  const { ledger } = opened;
  eventLog = createEventLog({ ledger, clock, logger, definitions: allEvents });
  orderProcess = createOrderProcess({ commands: () => commandLog, eventLog });
  const journal = createCommandJournal({ eventLog, process: () => orderProcess, clock });
  commandLog = createCommandLog({ ledger, definitions: allCommands, clock, journal, logger });
}, 30_000);
afterAll(async () => {
  await commandLog.close();
  await eventLog.close();
  await opened.close();
});

async function accept(key: string) {
  const draft = draftOf(key);
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
  return parseOrderId(key);
}

async function tell(orderId: ReturnType<typeof parseOrderId>, ...events: OrderToCashEvent[]) {
  const effects = events.map((event) => ({ orderId, event }));
  await opened.ledger.transaction((trx) => orderProcess.apply(trx, effects, [], trace));
}

async function changesOf(key: string): Promise<unknown[]> {
  const events = await eventLog.readPage({
    after: LOG_START,
    limit: 500,
    subjects: [`order:${key}` as never],
  });
  return events.map(({ data }) => (data as { change: string }).change);
}

const created = (number: string): OrderToCashEvent => ({
  kind: "orderCreated",
  number: parseOrderNumber(number),
  at,
  source: "erp",
});
const shipment = (status: "RELEASED" | "SHIPPED", id: string) => ({
  id: parseShipmentId(id),
  number: id,
  status,
  problem: null,
  milestones: [],
  lines: [{ lineNumber: 1, quantity: quantity(parseDecimal("5"), parseUomCode("EA")) }],
});

test("an accepted order is in the book and told to subscribers at the same moment", async () => {
  const id = await accept("AAAAAAAAA1");
  const [record] = await createOrderBook(opened.ledger).readOrders([id]);
  expect(record).toMatchObject({ id, number: null, status: "SUBMITTED", customerNumber: "C10010" });
  expect(await changesOf("AAAAAAAAA1")).toEqual(["SUBMITTED"]);
});

test("what happens moves the order on and leaves the next step on disk, once", async () => {
  const id = await accept("AAAAAAAAA2");
  await tell(id, created("SO-1"));
  await tell(id, created("SO-1"));
  await tell(id, {
    kind: "releaseCreated",
    release: 1,
    shipments: [shipment("RELEASED", "900")],
    at,
    source: "wms",
  });
  await tell(id, {
    kind: "shipmentProgressed",
    shipment: shipment("SHIPPED", "900"),
    at,
    source: "wms",
  });
  await tell(id, {
    kind: "shipmentProgressed",
    shipment: shipment("SHIPPED", "900"),
    at,
    source: "wms",
  });
  const release = await commandLog.findByKey("crossdock", parseIdempotencyKey(`${id}:release-1`));
  const invoice = await commandLog.findByKey("crossdock", parseIdempotencyKey(`${id}:invoice-900`));
  expect(release).toMatchObject({ status: "ACCEPTED", lane: "wms", subject: `order:${id}` });
  expect(invoice).toMatchObject({
    status: "ACCEPTED",
    lane: "finance",
    data: { number: "SO-1-1" },
  });
  await tell(id, {
    kind: "invoiceChanged",
    invoice: {
      number: "SO-1-1" as never,
      id: parseInvoiceId("f1"),
      status: "POSTED",
      total: { amount: parseDecimal("12.50"), currency: "USD" as never },
    },
    at,
    source: "finance",
  });
  expect(await changesOf(id)).toEqual([
    "SUBMITTED",
    "CONFIRMED",
    "ALLOCATED",
    "SHIPPED",
    "INVOICED",
  ]);
  const [record] = await createOrderBook(opened.ledger).readOrdersByNumber([
    parseOrderNumber("SO-1"),
  ]);
  expect(record?.status).toBe("INVOICED");
});

test("two orders that are told of in crossing order do not lock each other out", async () => {
  const left = await accept("AAAAAAAAA3");
  const right = await accept("AAAAAAAAA4");
  const both = (numbers: [string, string], ids: [typeof left, typeof left]) =>
    opened.ledger.transaction((trx) =>
      orderProcess.apply(
        trx,
        ids.map((orderId, i) => ({ orderId, event: created(numbers[i] ?? "") })),
        [],
        trace,
      ),
    );
  await Promise.all([both(["SO-3", "SO-4"], [left, right]), both(["SO-4", "SO-3"], [right, left])]);
  expect(await changesOf("AAAAAAAAA3")).toEqual(["SUBMITTED", "CONFIRMED"]);
  expect(await changesOf("AAAAAAAAA4")).toEqual(["SUBMITTED", "CONFIRMED"]);
});

test("what happens at the same moment in several places is one change of the book, each told with its own cause", async () => {
  const left = await accept("AAAAAAAAA5");
  const right = await accept("AAAAAAAAA6");
  const shipments = [shipment("RELEASED", "906")];
  const released = { kind: "releaseCreated", release: 1, shipments, at, source: "wms" } as const;
  const causedBy = (causationId: string) => ({ ...trace, causationId });
  await opened.ledger.transaction((trx) =>
    orderProcess.applyAll(trx, [
      {
        effects: [{ orderId: right, event: created("SO-6") }],
        also: [],
        trace: causedBy("c-6"),
      },
      {
        effects: [
          { orderId: left, event: created("SO-5") },
          { orderId: right, event: released },
        ],
        also: [],
        trace: causedBy("c-5"),
      },
    ]),
  );
  expect(await changesOf("AAAAAAAAA5")).toEqual(["SUBMITTED", "CONFIRMED"]);
  expect(await changesOf("AAAAAAAAA6")).toEqual(["SUBMITTED", "CONFIRMED", "ALLOCATED"]);
  const events = await eventLog.readPage({
    after: LOG_START,
    limit: 500,
    subjects: ["order:AAAAAAAAA6" as never],
  });
  expect(events.map(({ causationId }) => causationId)).toEqual([null, "c-6", "c-5"]);
});

test("an order that is not ours is passed over", async () => {
  await expect(tell(parseOrderId("erp-SO-9"), created("SO-9"))).resolves.toBeUndefined();
});
