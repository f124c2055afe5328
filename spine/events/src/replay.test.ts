import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import type { EventConsumer } from "./event-consumer.ts";
import type { EventLog } from "./event-log.ts";
import type { Position } from "./position.ts";
import { createReplayer, MAX_REPLAY, ReplayTooLargeError, type Replayer } from "./replay.ts";
import { append, counted, labelOf, openLog } from "./testing/log-fixture.ts";
import { stockCounted } from "./testing/stock-counted.ts";

let opened: TestLedger;
let log: EventLog;
let replayer: Replayer;
const given: string[] = [];
const signal = new AbortController().signal;

beforeAll(async () => {
  opened = await openTestLedger();
  log = openLog(opened.ledger);
  const clerk: EventConsumer = {
    name: "clerk",
    types: [stockCounted.type],
    describe: (event) => Promise.resolve(`enters ${labelOf(event)}`),
    handle: (_trx, event) => {
      given.push(labelOf(event));
      return Promise.resolve();
    },
  };
  replayer = createReplayer({ ledger: opened.ledger, eventLog: log, consumers: [clerk] });
}, 30_000);
beforeEach(() => {
  given.length = 0;
});
afterAll(async () => {
  await log.close();
  await opened.close();
});

const appendMany = (sku: string, count: number) =>
  append(opened.ledger, log, ...Array.from({ length: count }, (_, n) => counted(sku, n)));
const run = (ids?: readonly string[]) =>
  replayer.run(
    ids === undefined ? { consumer: "clerk" } : { ids },
    () => Promise.resolve(),
    signal,
  );

test("as many as are replayed at once are given in log order, more are refused and none is given", async () => {
  await appendMany("M-1", MAX_REPLAY);
  expect((await run()).events).toBe(MAX_REPLAY);
  expect(given).toEqual(Array.from({ length: MAX_REPLAY }, (_, n) => `M-1 ${String(n)}`));
  given.length = 0;
  await appendMany("M-2", 1);
  await expect(run()).rejects.toThrow(ReplayTooLargeError);
  expect(given).toEqual([]);
});

test("of a log whose beginning was discarded the rest is replayed", async () => {
  const positions = await appendMany("D-1", 3);
  await log.discardThrough(positions[0] as Position);
  await run();
  expect(given).toEqual(["D-1 1", "D-1 2"]);
});

test("what cannot be written down is not done", async () => {
  await appendMany("W-1", 1);
  const refused = replayer.run(
    { consumer: "clerk" },
    () => Promise.reject(new Error("The journal is closed.")),
    signal,
  );
  await expect(refused).rejects.toThrow("The journal is closed.");
  expect(given).toEqual([]);
});

test("who gives up gets no more of it", async () => {
  await appendMany("G-1", 1);
  const givenUp = replayer.run({ consumer: "clerk" }, () => Promise.resolve(), AbortSignal.abort());
  await expect(givenUp).rejects.toThrow();
  expect(given).toEqual([]);
});
