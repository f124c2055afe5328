import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { createLogger, createMetrics, systemClock } from "@crossdock/runtime";
import type { EventLog } from "./event-log.ts";
import { CONSUMER_PAGE, createLogConsumer, type LogConsumer } from "./log-consumer.ts";
import { append, counted, openLog } from "./testing/log-fixture.ts";
import { stockCounted } from "./testing/stock-counted.ts";

const logger = createLogger({ name: "test", level: "silent" });
const { signal } = new AbortController();

let opened: TestLedger;
let log: EventLog;
beforeAll(async () => {
  opened = await openTestLedger();
  log = openLog(opened.ledger);
});
afterAll(async () => {
  await log.close();
  await opened.close();
});

/** One of several processes. */
function consumer(name: string, taken: string[], isBroken = () => false): LogConsumer {
  return createLogConsumer({
    ledger: opened.ledger,
    eventLog: log,
    clock: systemClock,
    logger,
    metrics: createMetrics(),
    name,
    types: [stockCounted.type],
    handle: (_trx, events) => {
      if (isBroken()) throw new Error("It cannot.");
      const skus = events.filter(stockCounted.is).map(({ data }) => String(data.sku));
      return Promise.resolve(() => taken.push(...skus));
    },
  });
}

const tell = (...skus: readonly string[]) =>
  append(opened.ledger, log, ...skus.map((sku) => counted(sku, 1)));

test("one that is new begins at the end of the log, and takes what follows once over all processes", async () => {
  await tell("BEFORE");
  const taken: string[] = [];
  const processes = [
    consumer("together", taken),
    consumer("together", taken),
    consumer("together", taken),
  ];
  await processes[0]?.pass(signal);
  await tell("A", "B");
  await Promise.all(processes.map((each) => each.pass(signal)));
  await tell("C");
  await Promise.all(processes.map((each) => each.pass(signal)));
  expect(taken).toEqual(["A", "B", "C"]);
});

test("what it cannot handle it does not pass over", async () => {
  const taken: string[] = [];
  await consumer("broken", taken).pass(signal);
  await tell("A");
  await expect(consumer("broken", taken, () => true).pass(signal)).rejects.toThrow("It cannot.");
  await consumer("broken", taken).pass(signal);
  expect(taken).toEqual(["A"]);
});

test("it takes many pages in their order", async () => {
  const taken: string[] = [];
  await consumer("pages", taken).pass(signal);
  const skus = Array.from({ length: CONSUMER_PAGE + 5 }, (_, at) => `SKU-${String(at)}`);
  await tell(...skus);
  expect(await consumer("pages", taken).pass(signal)).toBe(skus.length);
  expect(taken).toEqual(skus);
});

test("what was discarded before it was taken is skipped, and the rest is taken", async () => {
  const taken: string[] = [];
  await consumer("late", taken).pass(signal);
  const [first] = await tell("A", "B");
  if (first !== undefined) await log.discardThrough(first);
  await consumer("late", taken).pass(signal);
  await tell("C");
  await consumer("late", taken).pass(signal);
  expect(taken).toEqual(["C"]);
});
