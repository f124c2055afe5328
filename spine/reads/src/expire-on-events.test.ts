import {
  invoiceSubject,
  parseDecimal,
  parseInvoiceId,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  stockSubject,
  type CustomerNumber,
  type InventoryChange,
} from "@crossdock/domain";
import { allEvents, createEventLog, inventoryChanged, type EventLog } from "@crossdock/events";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { createLogger, createMetrics, createReadTally, systemClock } from "@crossdock/runtime";
import { expireOnEvents, subjectsOfEvent } from "./expire-on-events.ts";
import { createReadCache, type ReadCache } from "./read-cache.ts";

const logger = createLogger({ name: "test", level: "silent" });
const clock = systemClock;
const SKU = parseSku("NG-10001");
const EVENTS = 50;

let opened: TestLedger;
let eventLog: EventLog;
let cache: ReadCache;

beforeAll(async () => {
  opened = await openTestLedger();
});
beforeEach(() => {
  eventLog = createEventLog({ ledger: opened.ledger, clock, logger, definitions: allEvents });
  cache = createReadCache({ redis: null, clock, logger, metrics: createMetrics() });
});
afterEach(async () => {
  await eventLog.close();
  await cache.close();
});
afterAll(() => opened.close());

const changed = (change: InventoryChange) =>
  inventoryChanged.create({
    sku: SKU,
    warehouse: parseWarehouseCode("EAST"),
    change,
    delta: { value: parseDecimal("1"), uom: parseUomCode("EA") },
    position: null,
  });
const tell = (change: InventoryChange) =>
  opened.ledger.transaction((trx) =>
    eventLog.append(trx, [changed(change)], {
      correlationId: "test",
      causationId: null,
      tenant: null,
    }),
  );

/** A source whose count moves on before the event that tells of it, as it does outside. */
function stockReader() {
  const source = { count: 0, calls: 0 };
  const read = cache.reader<string, { readonly count: number }>({
    name: "stock",
    source: "wms",
    keyOf: String,
    subjectsOf: () => [stockSubject(SKU)],
    ages: { freshMs: 60_000, usableMs: 60_000, patienceMs: 1_000 },
    read: async (keys) => {
      source.calls += 1;
      const { count } = source;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
      return keys.map(() => ({ count }));
    },
  });
  const countNow = async () => {
    const wish = { signal: new AbortController().signal, maxAgeMs: null, tally: createReadTally() };
    const [found] = await read([SKU], wish);
    if (found == null || found instanceof Error) throw new Error("The source always answers.");
    return found.document.count;
  };
  return { source, countNow };
}

test("who has seen an event reads nothing that was before it, while others keep reading", async () => {
  const leave = await expireOnEvents(cache, eventLog);
  const { source, countNow } = stockReader();
  const after = await eventLog.head();
  const signal = new AbortController();
  const events = eventLog.follow({
    after,
    topics: { subjects: [stockSubject(SKU)] },
    maxPending: EVENTS,
    signal: signal.signal,
  });

  let isOver = false;
  const crowd = Array.from({ length: 5 }, async () => {
    while (!isOver) {
      await countNow();
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 2));
    }
  });
  for (let told = 1; told <= EVENTS; told += 1) {
    source.count = told;
    await tell("PICKED");
    await events.next();
    expect(await countNow()).toBeGreaterThanOrEqual(told);
  }
  isOver = true;
  await Promise.all(crowd);
  signal.abort();
  leave();
});

test("nothing happens: one call for all; what is set aside by us is not read from the warehouse again", async () => {
  const leave = await expireOnEvents(cache, eventLog);
  const { source, countNow } = stockReader();
  const after = await eventLog.head();
  for (let at = 0; at < 10; at += 1) await countNow();
  const signal = new AbortController();
  const events = eventLog.follow({ after, topics: {}, maxPending: 10, signal: signal.signal });
  await tell("RESERVED");
  await events.next();
  await countNow();
  expect(source.calls).toBe(1);
  await tell("PICKED");
  await events.next();
  await countNow();
  expect(source.calls).toBe(2);
  signal.abort();
  leave();
});

test("an invoice's event outdates the invoice and what its account owes", () => {
  const event = {
    type: "billing.invoiceChanged",
    version: 1,
    subject: invoiceSubject(parseInvoiceId("INV-1")),
    customerNumber: "C10010" as CustomerNumber,
    data: {},
  };
  expect(subjectsOfEvent(event as never)).toEqual(["invoice:INV-1", "receivables:C10010"]);
});
