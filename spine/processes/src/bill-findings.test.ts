import {
  allCommands,
  createCommandLog,
  parseIdempotencyKey,
  submitOrder,
  type CommandLog,
} from "@crossdock/commands";
import {
  parseCurrencyCode,
  parseDecimal,
  parseInstant,
  parseOrderId,
  parseOrderNumber,
  parseShipmentId,
  parseUomCode,
  quantity,
  type OrderId,
  type OrderToCashEvent,
} from "@crossdock/domain";
import { allEvents, createEventLog, LOG_START, type EventLog } from "@crossdock/events";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { createLogger, systemClock } from "@crossdock/runtime";
import { createCommandJournal } from "./command-journal.ts";
import { createExceptionBook } from "./exception-book-postgres.ts";
import { createOrderBook } from "./order-book-postgres.ts";
import { createOrderProcess, type OrderProcess } from "./order-process.ts";
import { resolveException } from "./resolve-exception.ts";
import { draftOf } from "./testing/drafts.ts";

const logger = createLogger({ name: "test", level: "silent" });
const clock = systemClock;
const trace = { correlationId: "test", causationId: null };
const at = parseInstant("2026-11-21T08:00:01Z");
const USD = parseCurrencyCode("USD");
let opened: TestLedger;
let eventLog: EventLog;
let commandLog: CommandLog;
let orderProcess: OrderProcess;

beforeAll(async () => {
  opened = await openTestLedger();
  const { ledger } = opened;
  eventLog = createEventLog({ ledger, clock, logger, definitions: allEvents });
  orderProcess = createOrderProcess({
    commands: () => commandLog,
    eventLog,
    billingTermsOf: () => ({
      tax: "FINANCE",
      freight: "IN_PRICES",
      priceTolerance: parseDecimal("0"),
      freightTolerance: parseDecimal("0.1"),
    }),
  });
  const journal = createCommandJournal({ eventLog, process: () => orderProcess, clock });
  commandLog = createCommandLog({ ledger, definitions: allCommands, clock, journal, logger });
}, 30_000);
afterAll(async () => {
  await commandLog.close();
  await eventLog.close();
  await opened.close();
});

const tell = (orderId: OrderId, ...events: OrderToCashEvent[]) => {
  const effects = events.map((event) => ({ orderId, event }));
  return opened.ledger.transaction((trx) => orderProcess.apply(trx, effects, [], trace));
};
const priced = (price: string): OrderToCashEvent => ({
  kind: "orderPriced",
  prices: [{ lineNumber: 1, unitPrice: { amount: parseDecimal(price), currency: USD } }],
  at,
  source: "erp",
});

/** An order whose goods have left while the ERP has another price of them. */
async function stopped(key: string, number: string): Promise<OrderId> {
  const draft = draftOf(key);
  await commandLog.take(
    submitOrder,
    {
      clientId: "portal",
      idempotencyKey: parseIdempotencyKey(key),
      requestedBy: "test",
      customerNumber: draft.customerNumber,
      data: draft,
      ...trace,
      alongside: () => orderProcess.opening(draft, trace),
    },
    new AbortController().signal,
  );
  const id = parseOrderId(key);
  const shipment = {
    id: parseShipmentId(number),
    number,
    status: "SHIPPED",
    problem: null,
    milestones: [],
    lines: [{ lineNumber: 1, quantity: quantity(parseDecimal("1"), parseUomCode("EA")) }],
  } as const;
  await tell(
    id,
    { kind: "orderCreated", number: parseOrderNumber(number), at, source: "erp" },
    priced("99"),
    { kind: "shipmentProgressed", shipment, at, source: "wms" },
  );
  return id;
}

const exceptionsOf = async (bill: string) => {
  const book = createExceptionBook(opened.ledger);
  const page = await book.listExceptions({ customerNumbers: "all", first: 100, after: null });
  return page.exceptions
    .map(({ record }) => record)
    .filter(({ id }) => id.startsWith(`${bill}-`))
    .reverse();
};
const requestedAt = async (id: OrderId) => {
  const [record] = await createOrderBook(opened.ledger).readOrders([id]);
  return record?.state?.invoices[0]?.requestedAt;
};
const decide = (id: string, resolution: "CORRECTED" | "IGNORED" | "COMPENSATED" | "RETRIED") =>
  resolveException(
    id,
    { by: "ann", resolution, note: "Ann looked." },
    {
      exceptionBook: createExceptionBook(opened.ledger),
      commandLog,
      ledger: opened.ledger,
      orderProcess,
      clock,
    },
  );

test("a bill that needs a person is put before one, once, and operators are told", async () => {
  const id = await stopped("BBBBBBBBB1", "SO-7001");
  await tell(id, priced("99"), priced("98"));
  const exceptions = await exceptionsOf("SO-7001-1");
  expect(exceptions).toHaveLength(1);
  expect(exceptions[0]).toMatchObject({
    id: "SO-7001-1-1",
    code: "PRICE_DISCREPANCY",
    owner: "finance",
    class: "BUSINESS_RULE",
    commandId: null,
    closed: null,
    action: { code: "DECIDE_ON_PRICE" },
  });
  const events = await eventLog.readPage({ after: LOG_START, limit: 500 });
  const told = events.filter(({ data }) => JSON.stringify(data).includes("SO-7001-1-1"));
  expect(told).toHaveLength(1);
  expect(await requestedAt(id)).toBeNull();
});

test("what is corrected at its source closes by itself, and finance is asked for the bill", async () => {
  const id = await stopped("BBBBBBBBB2", "SO-7002");
  const [record] = await createOrderBook(opened.ledger).readOrders([id]);
  await tell(id, priced(record?.state?.draft.lines[0]?.unitPrice.amount ?? ""));
  expect((await exceptionsOf("SO-7002-1"))[0]?.closed).toMatchObject({
    by: "order-to-cash",
    resolution: "CORRECTED",
  });
  expect(await requestedAt(id)).toBe(at);
});

test("a person lets the bill go, with a word that is kept; it cannot be tried again or undone", async () => {
  const id = await stopped("BBBBBBBBB3", "SO-7003");
  for (const resolution of ["RETRIED", "COMPENSATED"] as const) {
    expect((await decide("SO-7003-1-1", resolution)).kind).toBe("refused");
  }
  expect(await requestedAt(id)).toBeNull();
  expect((await decide("SO-7003-1-1", "CORRECTED")).kind).toBe("done");
  expect((await decide("SO-7003-1-1", "CORRECTED")).kind).toBe("done");
  expect((await decide("SO-7003-1-1", "IGNORED")).kind).toBe("refused");
  expect((await exceptionsOf("SO-7003-1"))[0]?.closed).toMatchObject({
    by: "ann",
    note: "Ann looked.",
  });
  const [record] = await createOrderBook(opened.ledger).readOrders([id]);
  expect(record?.state?.invoices[0]).toMatchObject({
    decisions: [{ code: "PRICE_DISCREPANCY", resolution: "CORRECTED", by: "ann" }],
  });
  expect(await requestedAt(id)).not.toBeNull();
});
