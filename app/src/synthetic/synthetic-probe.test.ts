import { parseCustomerNumber, parseDecimal, parseSku, parseWarehouseCode } from "@crossdock/domain";
import { allEvents, createEventLog } from "@crossdock/events";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import {
  createExceptionBook,
  createSyntheticRunBook,
  type ExceptionBook,
  type SyntheticRunBook,
} from "@crossdock/processes";
import { createLogger, createMetrics, systemClock } from "@crossdock/runtime";
import { createSyntheticMetrics } from "./synthetic-metrics.ts";
import { createSyntheticProbe, type SyntheticProbe } from "./synthetic-probe.ts";
import { playApi, type PlayedApi } from "./testing/played-api.ts";

const ENDED_MS = 10_000;
const LOOK_MS = 50;
const logger = createLogger({ name: "test", level: "silent" });

let opened: TestLedger;
let api: PlayedApi;
let runBook: SyntheticRunBook;
let exceptionBook: ExceptionBook;
let probe: SyntheticProbe;

const createProbe = () =>
  createSyntheticProbe({
    ask: api.ask,
    leftovers: api.leftovers,
    ledger: opened.ledger,
    runBook,
    eventLog: createEventLog({
      ledger: opened.ledger,
      clock: systemClock,
      logger,
      definitions: allEvents,
    }),
    settings: {
      every: 60_000,
      customerNumber: parseCustomerNumber("C10010"),
      sku: parseSku("NG-10004"),
      warehouse: parseWarehouseCode("EAST"),
      until: "CONFIRMED",
      quantity: parseDecimal("1"),
      minimumStock: parseDecimal("20"),
      patienceSeconds: 0.05,
    },
    metrics: createSyntheticMetrics(createMetrics()),
    clock: systemClock,
    logger,
  });

beforeAll(async () => {
  opened = await openTestLedger();
  api = playApi();
  runBook = createSyntheticRunBook(opened.ledger);
  exceptionBook = createExceptionBook(opened.ledger);
  probe = createProbe();
});
afterAll(async () => {
  await probe.stop();
  await opened.close();
});

async function runOnce() {
  return untilEnded((await probe.begin("kim"))?.id ?? "");
}

async function untilEnded(id: string) {
  const untilMs = Date.now() + ENDED_MS;
  for (;;) {
    const run = await runBook.readRun(id);
    if (run?.result != null) return run.result;
    if (Date.now() > untilMs) throw new Error("The run does not end.");
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

const waiting = async () => {
  const all = { customerNumbers: "all", isOpen: true, first: 10, after: null } as const;
  const { exceptions } = await exceptionBook.listExceptions(all);
  return exceptions.map(({ record: { code } }) => code);
};

test("while one is under way no other begins", async () => {
  api.play({ comesTo: "SUBMITTED" });
  const first = await probe.begin("kim");
  expect(first).toMatchObject({ askedBy: "kim", finishedAt: null });
  expect(await probe.begin("lee")).toBeNull();
  await untilEnded(first?.id ?? "");
});

test("one that stops comes before the operator, and goes when one comes through again", async () => {
  api.play({ comesTo: "SUBMITTED" });
  expect(await runOnce()).toMatchObject({ outcome: "FAILED", failedStage: "CONFIRMED" });
  expect(await waiting()).toEqual(["SYNTHETIC_FAILED"]);
  api.play({});
  expect(await runOnce()).toMatchObject({ outcome: "PASSED" });
  expect(await waiting()).toEqual([]);
});

test("one that nobody works on any more is taken back before the next begins, and says nothing about the path", async () => {
  const at = systemClock.now();
  const lost = { id: "LOST1", askedBy: "kim", at, leaseUntil: at, unlessSince: null };
  await runBook.begin(lost);
  expect(await runOnce()).toMatchObject({ outcome: "PASSED" });
  const taken = await runBook.readRun("LOST1");
  expect(taken?.result).toMatchObject({
    outcome: "ABANDONED",
    reason: "its process ended; what it left was taken back",
  });
  expect(await waiting()).toEqual([]);
});
