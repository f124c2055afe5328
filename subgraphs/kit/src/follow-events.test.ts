import {
  parseCustomerNumber,
  parseOrderId,
  parseShipmentId,
  shipmentSubject,
  type Subject,
} from "@crossdock/domain";
import {
  allEvents,
  createEventLog,
  encodeCursor,
  parsePosition,
  shipmentProgressed,
  SlowConsumerError,
  type EventLog,
} from "@crossdock/events";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { createLogger, systemClock } from "@crossdock/runtime";
import { followEvents, MAX_PENDING_EVENTS } from "./follow-events.ts";
import { viewerOf } from "./testing/viewers.ts";

const logger = createLogger({ name: "test", level: "silent" });
const viewer = viewerOf("portal", ["C10010"]);
let opened: TestLedger;
let eventLog: EventLog;
let renewed = 0;

beforeAll(async () => {
  opened = await openTestLedger();
  const { ledger } = opened;
  eventLog = createEventLog({ ledger, clock: systemClock, logger, definitions: allEvents });
}, 30_000);
afterAll(async () => {
  await eventLog.close();
  await opened.close();
});

/** Follows all shipments, or one; each event becomes its shipment's id and its cursor. */
function follow(
  after: string | null,
  who = viewer,
  subject?: Subject,
  log: Pick<EventLog, "follow" | "head"> = eventLog,
) {
  return followEvents<{ shipmentId: string; cursor: string }>(log, {
    topics: { types: [shipmentProgressed.type], ...(subject && { subjects: [subject] }) },
    after,
    fromSnapshot: false,
    snapshot: {
      book: "shelf",
      count: () => Promise.resolve(0),
      readPage: () => Promise.resolve({ entries: [], next: null }),
    },
    viewer: who,
    signal: new AbortController().signal,
    logger,
    correlationId: "test",
    renewLoaders: () => (renewed += 1),
    map: (event, cursor) => {
      const { shipmentId } = shipmentProgressed.parse(event.data);
      return shipmentId === "SKIPPED" ? null : { shipmentId, cursor };
    },
  });
}

/** @param owner `null`: an event of nobody's account */
async function append(ids: readonly string[], owner: string | null = "C10010") {
  const customerNumber = owner === null ? null : parseCustomerNumber(owner);
  const events = ids.map((id) =>
    shipmentProgressed.create(
      {
        shipmentId: parseShipmentId(id),
        status: "SHIPPED",
        orderNumbers: [],
        orderIds: [parseOrderId("erp-SO-1")],
      },
      { customerNumber },
    ),
  );
  const context = { correlationId: "test", causationId: null, tenant: null };
  await opened.ledger.transaction((trx) => eventLog.append(trx, events, context));
}

async function end(): Promise<string> {
  return encodeCursor(await eventLog.head());
}

async function take(stream: ReturnType<typeof follow>, count: number) {
  const taken: { shipmentId: string; cursor: string }[] = [];
  while (taken.length < count) {
    const step = await stream.next();
    if (step.done === true) break;
    taken.push(step.value);
  }
  return taken;
}

test("a viewer gets the events of its accounts only, those who see all get nobody's too", async () => {
  const start = await end();
  await append(["OTHER"], "C10020");
  await append(["NOBODY"], null);
  await append(["MINE"]);
  const mine = follow(start);
  expect((await take(mine, 1)).map(({ shipmentId }) => shipmentId)).toEqual(["MINE"]);
  const all = follow(start, viewerOf("operator", "all"));
  const seen = (await take(all, 3)).map(({ shipmentId }) => shipmentId);
  expect(seen).toEqual(["OTHER", "NOBODY", "MINE"]);
  await Promise.all([mine.return?.(), all.return?.()]);
});

test("events that are mapped to nothing are passed over, and loaders are new for each", async () => {
  const start = await end();
  await append(["A", "SKIPPED", "B"]);
  renewed = 0;
  const stream = follow(start);
  expect((await take(stream, 2)).map(({ shipmentId }) => shipmentId)).toEqual(["A", "B"]);
  expect(renewed).toBe(3);
  await stream.return?.();
});

test("a subject narrows the stream", async () => {
  const start = await end();
  await append(["A", "B"]);
  const stream = follow(start, viewer, shipmentSubject(parseShipmentId("B")));
  expect((await take(stream, 1)).map(({ shipmentId }) => shipmentId)).toEqual(["B"]);
  await stream.return?.();
});

test("a cursor of another log is told by its code", async () => {
  const ahead = encodeCursor(parsePosition("999999999"));
  await expect(follow(ahead).next()).rejects.toMatchObject({
    extensions: { code: "CURSOR_EXPIRED" },
  });
  expect(() => follow("rubbish")).toThrow(/not a cursor/);
});

test("a reader that fell behind is told by its code, and where to resume", async () => {
  const lastDelivered = parsePosition("41");
  const behind = {
    next: () => Promise.reject(new SlowConsumerError(lastDelivered, MAX_PENDING_EVENTS)),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  await expect(
    follow(null, viewer, undefined, { head: () => eventLog.head(), follow: () => behind }).next(),
  ).rejects.toMatchObject({
    extensions: { code: "SLOW_CONSUMER", cursor: encodeCursor(lastDelivered) },
  });
});
