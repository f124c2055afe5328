import {
  parseCustomerNumber,
  parseOrderId,
  parseShipmentId,
  type ShipmentId,
} from "@crossdock/domain";
import {
  allEvents,
  createEventLog,
  encodeCursor,
  encodeSnapshotCursor,
  parsePosition,
  shipmentProgressed,
  type EventLog,
} from "@crossdock/events";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { createLogger, systemClock } from "@crossdock/runtime";
import { followEvents } from "./follow-events.ts";
import { accountsOf, MAX_SNAPSHOT_ENTRIES, pageOf, SNAPSHOT_PAGE } from "./snapshot.ts";
import { viewerOf } from "./testing/viewers.ts";

const logger = createLogger({ name: "test", level: "silent" });
const viewer = viewerOf("portal", ["C10010"]);
const ENTRIES = 2 * SNAPSHOT_PAGE + 30;
let opened: TestLedger;
let eventLog: EventLog;

beforeAll(async () => {
  opened = await openTestLedger();
  const { ledger } = opened;
  eventLog = createEventLog({ ledger, clock: systemClock, logger, definitions: allEvents });
}, 30_000);
afterAll(async () => {
  await eventLog.close();
  await opened.close();
});

const idOf = (at: number) => parseShipmentId(`B${String(at).padStart(5, "0")}`);

type Taken = { readonly id: ShipmentId; readonly isSnapshot: boolean; readonly cursor: string };
type Book = { readonly ids: ShipmentId[]; readonly pagesRead: number[] };

function bookOf(entries = ENTRIES): Book {
  return { ids: Array.from({ length: entries }, (_, at) => idOf(at)), pagesRead: [] };
}

function follow(
  book: Book,
  start: { readonly after?: string; readonly fromSnapshot?: boolean },
  signal = new AbortController().signal,
) {
  return followEvents<Taken>(eventLog, {
    topics: { types: [shipmentProgressed.type] },
    after: start.after,
    fromSnapshot: start.fromSnapshot,
    snapshot: {
      book: "shelf",
      count: (atMost) => Promise.resolve(Math.min(atMost, book.ids.length)),
      readPage: (after, first) => {
        book.pagesRead.push(first);
        const rest = book.ids.filter((id) => after === null || id > after).slice(0, first);
        const entryOf = (id: ShipmentId) => ({
          key: id as string,
          payload: (cursor: string) => ({ id, isSnapshot: true, cursor }),
        });
        return Promise.resolve(pageOf(rest, first, entryOf));
      },
    },
    viewer,
    signal,
    logger,
    correlationId: "test",
    renewLoaders: () => undefined,
    map: ({ data }, cursor) => {
      const { shipmentId: id } = shipmentProgressed.parse(data);
      return { id, isSnapshot: false, cursor };
    },
  });
}

async function happens(...ids: readonly ShipmentId[]) {
  const events = ids.map((shipmentId) =>
    shipmentProgressed.create(
      { shipmentId, status: "SHIPPED", orderNumbers: [], orderIds: [parseOrderId("erp-SO-1")] },
      { customerNumber: parseCustomerNumber("C10010") },
    ),
  );
  const context = { correlationId: "test", causationId: null, tenant: null };
  await opened.ledger.transaction((trx) => eventLog.append(trx, events, context));
}

async function take(stream: AsyncIterator<Taken>, count: number): Promise<Taken[]> {
  const taken: Taken[] = [];
  while (taken.length < count) {
    const step = await stream.next();
    if (step.done === true) break;
    taken.push(step.value);
  }
  return taken;
}

test("the whole book comes page by page, then what happened since the first page was asked for", async () => {
  const book = bookOf();
  const stream = follow(book, { fromSnapshot: true });
  const [first] = await take(stream, 1);
  expect(book.pagesRead).toEqual([SNAPSHOT_PAGE]);
  await happens(idOf(3));
  const rest = await take(stream, ENTRIES);
  expect([first, ...rest.slice(0, -1)].map((entry) => entry?.id)).toEqual(book.ids);
  expect(rest.at(-1)).toMatchObject({ id: idOf(3), isSnapshot: false });
  await happens(idOf(7));
  expect((await take(stream, 1))[0]?.id).toBe(idOf(7));
  await stream.return?.();
});

test("a stream that is cut at any entry goes on with the rest of the book, and the same events follow", async () => {
  for (const cutAfter of [1, SNAPSHOT_PAGE - 1, SNAPSHOT_PAGE, SNAPSHOT_PAGE + 1, ENTRIES]) {
    const book = bookOf();
    const before = follow(book, { fromSnapshot: true });
    const told = await take(before, cutAfter);
    await before.return?.();
    await happens(idOf(1));
    const after = told.at(-1)?.cursor ?? "";
    // A client comes back with the arguments that it had.
    const again = follow(book, { after, fromSnapshot: true });
    const rest = await take(again, ENTRIES - cutAfter + 1);
    await again.return?.();
    expect([...told, ...rest.slice(0, -1)].map(({ id }) => id)).toEqual(book.ids);
    expect(rest.at(-1)).toMatchObject({ id: idOf(1), isSnapshot: false });
  }
});

test("a cursor of an event goes on with events, whatever the other arguments say", async () => {
  const after = encodeCursor(await eventLog.head());
  await happens(idOf(5));
  const stream = follow(bookOf(), { after, fromSnapshot: true });
  expect(await take(stream, 1)).toMatchObject([{ id: idOf(5), isSnapshot: false }]);
  await stream.return?.();
});

test("a page of which nothing may be told does not end the snapshot", async () => {
  const pages = [
    { entries: [], next: "a" },
    { entries: [], next: "b" },
    { entries: [{ key: "c", payload: (cursor: string) => cursor }], next: null },
  ];
  const stream = followEvents<string>(eventLog, {
    topics: { types: [shipmentProgressed.type] },
    after: null,
    fromSnapshot: true,
    snapshot: {
      book: "shelf",
      count: () => Promise.resolve(1),
      readPage: () => Promise.resolve(pages.shift() ?? { entries: [], next: null }),
    },
    viewer,
    signal: new AbortController().signal,
    logger,
    correlationId: "test",
    renewLoaders: () => undefined,
    map: () => null,
  });
  expect((await stream.next()).done).toBe(false);
  await stream.return?.();
});

test("too large a book is refused before anything of it is told, with the limit", async () => {
  const stream = follow(bookOf(MAX_SNAPSHOT_ENTRIES + 1), { fromSnapshot: true });
  await expect(stream.next()).rejects.toMatchObject({
    extensions: { code: "SNAPSHOT_TOO_LARGE", maxEntries: MAX_SNAPSHOT_ENTRIES },
  });
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});

test("a cursor of another book's snapshot is refused at once", () => {
  const after = encodeSnapshotCursor("shop", { head: parsePosition("0"), key: idOf(1) });
  expect(() => follow(bookOf(), { after })).toThrow(/not a cursor/);
});

test("leaving ends a snapshot, and a reader that waits for what comes after it", async () => {
  const left = follow(bookOf(), { fromSnapshot: true });
  await take(left, 3);
  await left.return?.();
  expect((await left.next()).done).toBe(true);

  const waits = follow(bookOf(2), { fromSnapshot: true });
  await take(waits, 2);
  const silence = waits.next();
  await new Promise((resolve) => setImmediate(resolve));
  await waits.return?.();
  expect((await silence).done).toBe(true);

  const gone = new AbortController();
  const aborted = follow(bookOf(), { fromSnapshot: true }, gone.signal);
  await take(aborted, 3);
  gone.abort();
  expect((await aborted.next()).done).toBe(true);
});

test("a snapshot whose events are not kept any more says so when they are due", async () => {
  await happens(idOf(1), idOf(2));
  const after = encodeSnapshotCursor("shelf", {
    head: parsePosition("0"),
    key: bookOf().ids.at(-2) ?? "",
  });
  await eventLog.discardThrough(await eventLog.head());
  const stream = follow(bookOf(), { after });
  expect(await take(stream, 1)).toMatchObject([{ id: bookOf().ids.at(-1) }]);
  await expect(stream.next()).rejects.toMatchObject({
    message: expect.stringContaining("fromSnapshot: true"),
    extensions: {
      code: "CURSOR_EXPIRED",
      oldestCursor: encodeCursor(await eventLog.head()),
    },
  });
});

test("an account that the viewer may not see is none at all", () => {
  const [own, other] = [parseCustomerNumber("C10010"), parseCustomerNumber("C10020")];
  expect(accountsOf(viewer, other)).toEqual([]);
  expect(accountsOf(viewer, own)).toEqual([own]);
  expect(accountsOf(viewer, null)).toEqual([own]);
  expect(accountsOf(viewerOf("operator", "all"), other)).toEqual([other]);
  expect(accountsOf(viewerOf("operator", "all"), null)).toBe("all");
});
