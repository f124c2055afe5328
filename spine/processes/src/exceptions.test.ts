import {
  allCommands,
  createCommandLog,
  createCommandWorker,
  defineHandler,
  openCommandQueues,
  parseIdempotencyKey,
  reject,
  releaseOrder,
  submitOrder,
  succeed,
  type Answer,
  type CommandLog,
} from "@crossdock/commands";
import { parseOrderId, parseOrderNumber } from "@crossdock/domain";
import { allEvents, createEventLog, type EventLog } from "@crossdock/events";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { createLogger, systemClock } from "@crossdock/runtime";
import { createCommandJournal } from "./command-journal.ts";
import { createExceptionBook } from "./exception-book-postgres.ts";
import type { ExceptionBook } from "./exception-book.ts";
import { createOrderBook } from "./order-book-postgres.ts";
import { createOrderProcess, type OrderProcess } from "./order-process.ts";
import { resolveException } from "./resolve-exception.ts";
import { draftOf } from "./testing/drafts.ts";

const logger = createLogger({ name: "test", level: "silent" });
const clock = systemClock;
const WAIT_MS = 15_000;

let opened: TestLedger;
let eventLog: EventLog;
let commandLog: CommandLog;
let orderProcess: OrderProcess;
let exceptionBook: ExceptionBook;
let stopWork: () => Promise<void>;

const refusal = reject({ code: "REFUSED", message: "The warehouse is closed to new releases." });
/** What the test's warehouse says. */
let answer: Answer = refusal;

beforeAll(async () => {
  opened = await openTestLedger();
  const { ledger } = opened;
  eventLog = createEventLog({ ledger, clock, logger, definitions: allEvents });
  orderProcess = createOrderProcess({ commands: () => commandLog, eventLog });
  const journal = createCommandJournal({ eventLog, process: () => orderProcess, clock });
  commandLog = createCommandLog({ ledger, definitions: allCommands, clock, journal, logger });
  exceptionBook = createExceptionBook(ledger);
  const queues = await openCommandQueues({ ledger, redisUrl: null, logger });
  const worker = createCommandWorker({
    ledger,
    log: commandLog,
    queues,
    handlers: [
      defineHandler(submitOrder, {
        settleMs: 0,
        lookUp: () => Promise.resolve(null),
        execute: ({ data: { key } }) => {
          const number = parseOrderNumber(`SO-${key.slice(-3)}`);
          const event = { kind: "orderCreated", number, at: clock.now(), source: "erp" } as const;
          const orders = [{ orderId: parseOrderId(key), event }];
          return Promise.resolve(
            succeed({ typename: "Order", id: key, effects: { orders, events: [] } }),
          );
        },
      }),
      defineHandler(releaseOrder, {
        settleMs: 0,
        lookUp: () => Promise.resolve(null),
        execute: () => Promise.resolve(answer),
      }),
    ],
    concurrency: { erp: 1, wms: 1, finance: 0 },
    attemptMs: 5_000,
    logger,
  });
  await worker.start();
  stopWork = async () => {
    await worker.stop();
    await queues.close();
  };
}, 60_000);
afterAll(async () => {
  await stopWork();
  await commandLog.close();
  await eventLog.close();
  await opened.close();
});
beforeEach(() => {
  answer = refusal;
});

/** An order in the ERP whose release the warehouse has refused. */
async function refusedRelease(key: string) {
  const draft = draftOf(key);
  const trace = { correlationId: `c-${key}`, causationId: null };
  const { command } = await commandLog.take(
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
    AbortSignal.timeout(WAIT_MS),
  );
  await settled(command.id);
  const orderId = parseOrderId(key);
  const release = await commandLog.findByKey(
    "crossdock",
    parseIdempotencyKey(`${orderId}:release-1`),
  );
  if (release === null) throw new Error("Nobody asked for the release.");
  await settled(release.id);
  return { orderId, commandId: release.id, exceptionId: `${release.id}-1` };
}

async function settled(id: string) {
  const record = await commandLog.waitUntilSettled(id, WAIT_MS, AbortSignal.timeout(WAIT_MS));
  if (record === null) throw new Error("The command is gone.");
  return record;
}

async function orderOf(orderId: ReturnType<typeof parseOrderId>) {
  const [record] = await createOrderBook(opened.ledger).readOrders([orderId]);
  return record;
}

const decide = (id: string, resolution: "CORRECTED" | "IGNORED") =>
  resolveException(
    id,
    { by: "ann", resolution, note: "Ann looked." },
    { exceptionBook, commandLog, ledger: opened.ledger, orderProcess, clock },
  );

test("what the business refuses our own process waits for a person: nobody else would read it", async () => {
  const { orderId, commandId, exceptionId } = await refusedRelease("AAAAAAA101");
  const [exception] = await exceptionBook.readExceptions([exceptionId]);
  expect(exception).toMatchObject({
    commandId,
    class: "BUSINESS_RULE",
    code: "REFUSED",
    owner: "warehouse",
    action: { code: "LIFT_REFUSAL" },
    subject: `order:${orderId}`,
    correlationId: "c-AAAAAAA101",
    closed: null,
  });
  expect(await orderOf(orderId)).toMatchObject({
    status: "ON_HOLD",
    state: { holds: [{ code: "releaseOrder:REFUSED" }] },
  });
});

test("once a person has lifted it, the same command goes through", async () => {
  const { commandId, exceptionId } = await refusedRelease("AAAAAAA102");
  answer = succeed({
    typename: "Shipment",
    id: "s1",
    effects: { orders: [], events: [] },
  });
  expect(await commandLog.retry(commandId, "ann")).toMatchObject({ kind: "done" });
  expect((await settled(commandId)).status).toBe("SUCCEEDED");
  const [exception] = await exceptionBook.readExceptions([exceptionId]);
  expect(exception?.closed).toMatchObject({ resolution: "RETRIED", by: "ann", note: null });
});

test("a release that is left undone keeps its order on hold, with the note", async () => {
  const { orderId, exceptionId } = await refusedRelease("AAAAAAA103");
  expect(await decide(exceptionId, "IGNORED")).toMatchObject({ kind: "done" });
  expect(await orderOf(orderId)).toMatchObject({
    status: "ON_HOLD",
    state: { holds: [{ code: "releaseOrder:CANCELLED", reason: "Ann looked." }] },
  });
});

test("a release that was made by hand lets its order go on", async () => {
  const { orderId, commandId, exceptionId } = await refusedRelease("AAAAAAA104");
  expect(await decide(exceptionId, "CORRECTED")).toMatchObject({ kind: "done" });
  expect((await settled(commandId)).status).toBe("CANCELLED");
  expect((await orderOf(orderId))?.state?.holds).toEqual([]);
});
