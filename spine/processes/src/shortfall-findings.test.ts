import {
  allCommands,
  createCommandLog,
  parseIdempotencyKey,
  submitOrder,
  type CommandLog,
} from "@crossdock/commands";
import {
  parseDecimal,
  parseInstant,
  parseOrderId,
  parseOrderNumber,
  parseShipmentId,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  shipmentSubject,
  type OrderToCashEvent,
  type ShipmentSnapshot,
  type ShipmentStatus,
} from "@crossdock/domain";
import {
  allEvents,
  createEventLog,
  exceptionRaised,
  LOG_START,
  type EventLog,
} from "@crossdock/events";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { createLogger, systemClock } from "@crossdock/runtime";
import { createCommandJournal } from "./command-journal.ts";
import { createExceptionBook } from "./exception-book-postgres.ts";
import { createOrderProcess, type OrderProcess } from "./order-process.ts";
import { draftOf } from "./testing/drafts.ts";

const logger = createLogger({ name: "test", level: "silent" });
const trace = { correlationId: "test", causationId: null };
const at = parseInstant("2026-11-21T08:00:01Z");
const wms = { at, source: "wms" } as const;
const pieces = (count: string) => quantity(parseDecimal(count), parseUomCode("EA"));
let opened: TestLedger;
let eventLog: EventLog;
let commandLog: CommandLog;
let orderProcess: OrderProcess;

beforeAll(async () => {
  opened = await openTestLedger();
  const { ledger } = opened;
  const clock = systemClock;
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

/** An order of five pieces, of which a warehouse sent three. */
async function shortOrder(key: string, shortfall: Partial<ShipmentSnapshot> = {}) {
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
  await commandLog.take(submitOrder, request, AbortSignal.timeout(10_000));
  const orderId = parseOrderId(key);
  const tell = async (...events: OrderToCashEvent[]) => {
    const effects = events.map((event) => ({ orderId, event }));
    await opened.ledger.transaction((trx) => orderProcess.apply(trx, effects, [], trace));
  };
  await tell({ kind: "orderCreated", number: parseOrderNumber(`SO-${key}`), at, source: "erp" });
  const released = shipment(`${key}-1`, "RELEASED", "5");
  await tell({ kind: "releaseCreated", release: 1, shipments: [released], ...wms });
  const short = [{ lineNumber: 1, quantity: pieces("2"), reason: "SHORT_PICK" as const }];
  const sent = { ...shipment(`${key}-1`, "SHIPPED", "3"), shortfalls: short, ...shortfall };
  await tell({ kind: "shipmentProgressed", shipment: sent, ...wms });
  return { orderId, tell, subject: shipmentSubject(parseShipmentId(`${key}-1`)) };
}

function shipment(id: string, status: ShipmentStatus, count: string): ShipmentSnapshot {
  return {
    id: parseShipmentId(id),
    number: id,
    status,
    problem: null,
    milestones: [],
    lines: [{ lineNumber: 1, quantity: pieces(count) }],
  };
}

async function exceptionsOf(subject: string) {
  const book = createExceptionBook(opened.ledger);
  const { exceptions } = await book.listExceptions({
    customerNumbers: "all",
    first: 50,
    after: null,
  });
  return exceptions.map(({ record }) => record).filter((record) => record.subject === subject);
}

test("what a warehouse fell short of waits for it, in words, and is told to operators once", async () => {
  const { subject, tell } = await shortOrder("SHRT000001");
  const [exception, ...others] = await exceptionsOf(subject);
  expect(others).toEqual([]);
  expect(exception).toMatchObject({
    code: "SHORT_PICK",
    owner: "warehouse",
    commandId: null,
    closed: null,
    payload: { shortfalls: [{ lineNumber: 1, quantity: "2", reason: "SHORT_PICK" }] },
  });
  expect(exception?.summary).toMatch(/SHRT000001-1 .* 2 EA of \S+ were not on the shelf\.$/);
  const delivered = shipment("SHRT000001-1", "DELIVERED", "3");
  await tell({ kind: "shipmentProgressed", shipment: delivered, ...wms });
  expect(await exceptionsOf(subject)).toHaveLength(1);
  const events = await eventLog.readPage({
    after: LOG_START,
    limit: 500,
    types: [exceptionRaised.type],
  });
  const raised = events.map(({ data }) => exceptionRaised.parse(data).exceptionId);
  expect(raised.filter((id) => id === exception?.id)).toHaveLength(1);
});

test("it closes by itself when the rest has left from somewhere else", async () => {
  const { subject, tell } = await shortOrder("SHRT000002");
  const rest = { lineNumber: 1, quantity: pieces("2"), reason: "nearest with stock" };
  await tell({
    kind: "backorderSourced",
    look: 1,
    rule: "test/1",
    assignments: [{ ...rest, warehouse: parseWarehouseCode("WEST") }],
    promises: [],
    ...wms,
  });
  const second = shipment("SHRT000002-2", "RELEASED", "2");
  await tell({
    kind: "releaseCreated",
    release: 2,
    shipments: [{ ...second, release: 2 }],
    ...wms,
  });
  expect((await exceptionsOf(subject))[0]?.closed).toBeNull();
  const left = { ...second, status: "SHIPPED" as const, release: 2 };
  await tell({ kind: "shipmentProgressed", shipment: left, ...wms });
  expect((await exceptionsOf(subject))[0]?.closed).toMatchObject({
    resolution: "CORRECTED",
    by: "order-to-cash",
  });
});

test("more that goes wrong with the same shipment is another exception, and the first one is over", async () => {
  const { subject, tell } = await shortOrder("SHRT000003", { status: "PICKED" });
  const packed = {
    ...shipment("SHRT000003-1", "PACKED", "2"),
    shortfalls: [
      { lineNumber: 1, quantity: pieces("2"), reason: "SHORT_PICK" as const },
      { lineNumber: 1, quantity: pieces("1"), reason: "DAMAGED" as const },
    ],
  };
  await tell({ kind: "shipmentProgressed", shipment: packed, ...wms });
  const exceptions = await exceptionsOf(subject);
  expect(exceptions.map(({ closed }) => closed === null)).toEqual([true, false]);
  expect(exceptions[0]?.summary).toMatch(/were damaged/);
});
