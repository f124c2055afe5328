import { sql } from "kysely";
import { createGatheredRead, type GatheredRead } from "./gathered-read.ts";
import type { Ledger } from "./ledger.ts";
import { openTestLedger } from "./testing/test-ledger.ts";

let ledger: Ledger;
let close: () => Promise<void>;
let statements: (readonly string[])[] = [];
let rooted: GatheredRead<string, number>;

beforeAll(async () => {
  ({ ledger, close } = await openTestLedger());
});
beforeEach(() => {
  statements = [];
  rooted = createGatheredRead(ledger, { read: rootsOf, maxKeys: 4 });
});
afterAll(() => close());

/** What cannot be read as a number is refused by the database. */
async function rootsOf(keys: readonly string[]): Promise<readonly number[]> {
  statements.push(keys);
  const { rows } = await sql<{ root: string }>`
    select sqrt(square::numeric)::text as root
    from unnest(${[...keys]}::text[]) with ordinality as given (square, at) order by at`.execute(
    ledger.db,
  );
  return rows.map(({ root }) => Number(root));
}

test("one that comes alone is read at once; those that come meanwhile share the next statement", async () => {
  const asked = [rooted(["4"]), rooted(["9", "16"]), rooted(["16", "25"])];
  expect(await Promise.all(asked)).toEqual([[2], [3, 4], [4, 5]]);
  expect(statements).toEqual([["4"], ["9", "16", "25"]]);
});

test("nobody is answered with what was read before he asked", async () => {
  let value = 1;
  const read = createGatheredRead<string, number>(ledger, {
    maxKeys: 4,
    read: async () => {
      const seen = value;
      await sql`select 1`.execute(ledger.db);
      return [seen];
    },
  });
  const before = read(["a"]);
  value = 2;
  expect(await Promise.all([before, read(["a"])])).toEqual([[1], [2]]);
});

test("a statement has as many keys as it may have, and a caller's are never torn apart", async () => {
  const keys = [["1"], ["4", "9"], ["16", "25", "36"], ["49", "64", "81", "100", "121"], ["144"]];
  const roots = await Promise.all(keys.map(rooted));
  expect(roots).toEqual([[1], [2, 3], [4, 5, 6], [7, 8, 9, 10, 11], [12]]);
  expect(statements).toEqual(keys);
});

test("a value that the database refuses fails its own caller and nobody else", async () => {
  const asked = [rooted(["1"]), rooted(["4"]), rooted(["none"]), rooted(["9"])];
  const settled = await Promise.allSettled(asked);
  expect(settled.map(({ status }) => status)).toEqual([
    "fulfilled",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  expect(await rooted(["16"])).toEqual([4]);
});

test("nothing is read for no keys", async () => {
  expect(await rooted([])).toEqual([]);
  expect(statements).toEqual([]);
});
