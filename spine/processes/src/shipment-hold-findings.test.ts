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
  quantity,
  troubleSubject,
  type Milestone,
  type OrderToCashEvent,
  type ShipmentSnapshot,
  type ShipmentStatus,
} from "@crossdock/domain";
import {
  allEvents,
  createEventLog,
  exceptionChanged,
  exceptionRaised,
  LOG_START,
  type EventLog,
} from "@crossdock/events";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { createLogger, systemClock as clock } from "@crossdock/runtime";
import { createCommandJournal } from "./command-journal.ts";
import { createExceptionBook } from "./exception-book-postgres.ts";
import { createOrderProcess, type OrderProcess } from "./order-process.ts";
import { draftOf } from "./testing/drafts.ts";

const logger = createLogger({ name: "test", level: "silent" });
const trace = { correlationId: "test", causationId: null };
const at = parseInstant("2026-11-21T08:00:01Z");
const later = parseInstant("2026-11-21T09:00:00Z");
const wms = { at, source: "wms" } as const;
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

/** An order that a warehouse has. */
async function releasedOrder(key: string) {
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
  const tell = async (...events: OrderToCashEvent[]) => {
    const effects = events.map((event) => ({ orderId: parseOrderId(key), event }));
    await opened.ledger.transaction((trx) => orderProcess.apply(trx, effects, [], trace));
  };
  await tell({ kind: "orderCreated", number: parseOrderNumber(`SO-${key}`), at, source: "erp" });
  const progress = (status: ShipmentStatus, more: Partial<ShipmentSnapshot> = {}) =>
    tell({ kind: "shipmentProgressed", shipment: shipmentOf(key, status, more), ...wms });
  await tell({
    kind: "releaseCreated",
    release: 1,
    shipments: [shipmentOf(key, "RELEASED")],
    ...wms,
  });
  return { progress, exceptions: () => exceptionsOf(troubleSubject(parseShipmentId(`${key}-1`))) };
}

function shipmentOf(
  key: string,
  status: ShipmentStatus,
  more: Partial<ShipmentSnapshot> = {},
): ShipmentSnapshot {
  const count = quantity(parseDecimal("5"), parseUomCode("EA"));
  return {
    id: parseShipmentId(`${key}-1`),
    number: `${key}-1`,
    status,
    problem: null,
    milestones: [],
    lines: [{ lineNumber: 1, quantity: count }],
    ...more,
  };
}

async function exceptionsOf(subject: string) {
  const page = { customerNumbers: "all", first: 50, after: null } as const;
  const { exceptions } = await createExceptionBook(opened.ledger).listExceptions(page);
  return exceptions.map(({ record }) => record).filter((record) => record.subject === subject);
}

const reported = (type: string): Milestone => ({ type, at: later, source: "wms" }) as Milestone;

test("what is lost on its way is for an operator, and over when the shipment arrives", async () => {
  const { progress, exceptions } = await releasedOrder("HEDD000001");
  await progress("SHIPPED");
  const problem = "Lost between Toledo and Cleveland.";
  await progress("EXCEPTION", { problem, milestones: [reported("EXCEPTION")] });
  const [lost, ...others] = await exceptions();
  expect(others).toEqual([]);
  expect(lost).toMatchObject({
    code: "CARRIER_EXCEPTION",
    class: "BUSINESS_RULE",
    owner: "operator",
    action: { code: "TRACE_SHIPMENT" },
    closed: null,
  });
  expect(lost?.summary).toContain(problem);

  await progress("DELIVERED", { milestones: [reported("EXCEPTION"), reported("DELIVERED")] });
  expect(await exceptions()).toMatchObject([{ closed: { by: "order-to-cash" } }]);
  const types = [exceptionRaised.type, exceptionChanged.type];
  const told = await eventLog.readPage({ after: LOG_START, limit: 500, types });
  const its = told.filter(
    ({ data }) => (data as { exceptionId?: string }).exceptionId === lost?.id,
  );
  expect(its.map(({ type }) => type)).toEqual(types);
});

test("what stops in the warehouse is for the warehouse, and so is what it cancels by itself", async () => {
  const stopped = await releasedOrder("HEDD000002");
  await stopped.progress("EXCEPTION", { milestones: [reported("EXCEPTION")] });
  expect(await stopped.exceptions()).toMatchObject([
    { code: "WAREHOUSE_EXCEPTION", owner: "warehouse", closed: null },
  ]);
  const cancelled = await releasedOrder("HEDD000003");
  await cancelled.progress("CANCELLED");
  expect(await cancelled.exceptions()).toMatchObject([
    { code: "SHIPMENT_CANCELLED", owner: "warehouse", closed: null },
  ]);
});
