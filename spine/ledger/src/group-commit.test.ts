import { sql } from "kysely";
import { LedgerBusyError } from "./errors.ts";
import { createGroupCommit, type GroupLimits } from "./group-commit.ts";
import { openTestLedger, type TestLedger } from "./testing/index.ts";

const limits: GroupLimits = { maxItems: 10, maxBytes: 1_000, maxWaiting: 100, maxWrites: 1 };
const { signal } = new AbortController();
let opened: TestLedger;
/** The items of each write, in order. */
let writes: (readonly string[])[];

beforeAll(async () => {
  opened = await openTestLedger();
  await sql`create table notes (body text primary key check (body <> 'bad'))`.execute(
    opened.ledger.db,
  );
});
beforeEach(async () => {
  writes = [];
  await sql`truncate notes`.execute(opened.ledger.db);
});
afterAll(() => opened.close());

function open(more: Partial<GroupLimits> = {}) {
  return createGroupCommit<string, string>({
    limits: { ...limits, ...more },
    bytesOf: (note) => note.length,
    write: async (notes) => {
      writes.push(notes);
      await sql`insert into notes select unnest(${notes}::text[])`.execute(opened.ledger.db);
      return notes.map((note) => `wrote ${note}`);
    },
  });
}

const noteNames = (count: number) => Array.from({ length: count }, (_none, at) => `n${String(at)}`);

async function written(): Promise<string[]> {
  const { rows } = await opened.ledger.pool.query<{ body: string }>("select body from notes");
  return rows.map(({ body }) => body).sort();
}

test("what comes while a write is under way shares the next one, in the order in which it came", async () => {
  const group = open();
  const first = group.submit("first", signal);
  while (writes.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const later = noteNames(5).map((note) => group.submit(note, signal));
  expect(await Promise.all([first, ...later])).toEqual(
    ["first", ...noteNames(5)].map((note) => `wrote ${note}`),
  );
  expect(writes).toEqual([["first"], noteNames(5)]);
});

test("a write takes no more items and no more bytes than it may", async () => {
  const byItems = open({ maxItems: 4 });
  await Promise.all(noteNames(10).map((note) => byItems.submit(note, signal)));
  expect(writes.map(({ length }) => length)).toEqual([4, 4, 2]);
  writes = [];
  const byBytes = open({ maxBytes: 25 });
  const notes = ["a", "b", "c"].map((letter) => letter.repeat(10));
  await Promise.all([...notes, "d".repeat(50)].map((note) => byBytes.submit(note, signal)));
  expect(writes.map(({ length }) => length)).toEqual([2, 1, 1]);
});

test("an item that cannot be written fails alone", async () => {
  const group = open();
  const notes = ["a", "bad", "b", "a", "c"];
  const outcomes = await Promise.allSettled(notes.map((note) => group.submit(note, signal)));
  expect(outcomes.map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  expect(await written()).toEqual(["a", "b", "c"]);
});

test("a failure of the store is the failure of all that were in the write, and the next ones go on", async () => {
  let isDown = true;
  const group = createGroupCommit<string, string>({
    limits,
    bytesOf: () => 1,
    write: async (notes) => {
      writes.push(notes);
      if (isDown) await sql`select from nowhere`.execute(opened.ledger.db);
      return notes;
    },
  });
  const outcomes = await Promise.allSettled(["a", "b"].map((note) => group.submit(note, signal)));
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(writes).toEqual([["a", "b"]]);
  isDown = false;
  expect(await group.submit("c", signal)).toBe("c");
});

test("who would be one too many to wait is refused, and nothing of it is written", async () => {
  const group = open({ maxWaiting: 3 });
  const waiting = ["a", "b", "c"].map((note) => group.submit(note, signal));
  await expect(group.submit("d", signal)).rejects.toThrow(LedgerBusyError);
  await Promise.all(waiting);
  expect(await written()).toEqual(["a", "b", "c"]);
});

test("who has left before its turn is not written", async () => {
  const group = open();
  const leaving = new AbortController();
  const outcomes = Promise.allSettled([
    group.submit("a", signal),
    group.submit("b", leaving.signal),
    group.submit("c", signal),
  ]);
  leaving.abort(new Error("the client left"));
  expect(await outcomes).toMatchObject([
    { value: "wrote a" },
    { reason: { message: "the client left" } },
    { value: "wrote c" },
  ]);
  expect(await written()).toEqual(["a", "c"]);
});
