import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTestLedger, type TestLedger } from "../testing/index.ts";
import { startDatabaseThread } from "./database-thread.ts";
import { withPreparedStatements } from "./prepared-statements.ts";
import { simpleQuery } from "./wire.ts";

describe("through a pool", () => {
  let opened: TestLedger;
  beforeAll(async () => {
    opened = await openTestLedger();
    await opened.ledger.pool.query("create table parts (sku text, stock integer)");
    await opened.ledger.pool.query("insert into parts values ('A', 1), ('B', 2)");
  });
  afterAll(() => opened.close());

  const ask = async (sql: string, values: readonly unknown[]) =>
    (await opened.ledger.pool.query<Record<string, unknown>>(sql, [...values])).rows;
  const times = (sql: string, values: readonly unknown[]) =>
    Promise.all(Array.from({ length: 4 }, () => ask(sql, values)));
  const kept = async () =>
    (
      await ask("select statement from pg_prepared_statements where name ~ $1", ["^crossdock_"])
    ).map(({ statement }) => statement);

  test("a statement that comes again is kept, and answers by its own values", async () => {
    const sql = "select stock from parts where sku = $1";
    expect(await ask(sql, ["A"])).toEqual([{ stock: 1 }]);
    expect(await kept()).not.toContain(sql);
    expect(await Promise.all(["A", "B", "C"].map((sku) => ask(sql, [sku])))).toEqual([
      [{ stock: 1 }],
      [{ stock: 2 }],
      [],
    ]);
    expect((await kept()).filter((statement) => statement === sql)).toHaveLength(1);
  });

  test("a wrong statement and a wrong value are errors each time, and the next one is answered", async () => {
    for (let time = 0; time < 3; time += 1) {
      await expect(ask("select none from parts where sku = $1", ["A"])).rejects.toMatchObject({
        code: "42703",
      });
      await expect(ask("select $1::integer / $2::integer as x", [1, 0])).rejects.toMatchObject({
        code: "22012",
      });
      expect(await ask("select $1::integer / $2::integer as x", [4, 2])).toEqual([{ x: 2 }]);
    }
  });

  test("after a change of its table a statement shows the new columns", async () => {
    const sql = "select * from parts where sku = $1";
    await times(sql, ["A"]);
    await opened.ledger.pool.query("alter table parts add column bin text default 'b1'");
    expect(await ask(sql, ["A"])).toEqual([{ sku: "A", stock: 1, bin: "b1" }]);
  });

  test("in a transaction that change fails the statement once, and not after the rollback", async () => {
    const sql = "select * from parts where sku = $1";
    await times(sql, ["B"]);
    await opened.ledger.pool.query("alter table parts drop column bin");
    const client = await opened.ledger.pool.connect();
    await client.query("begin");
    await expect(client.query(sql, ["B"])).rejects.toMatchObject({ code: "0A000" });
    await client.query("rollback");
    expect((await client.query<object>(sql, ["B"])).rows).toEqual([{ sku: "B", stock: 2 }]);
    client.release();
  });

  test("statements that somebody has discarded are read again", async () => {
    await times("select count(*)::integer as count from parts where sku <> $1", ["A"]);
    await opened.ledger.pool.query("deallocate all");
    expect(
      await ask("select count(*)::integer as count from parts where sku <> $1", ["A"]),
    ).toEqual([{ count: 1 }]);
  });
});

test("no more statements are kept than are meant to", async () => {
  const directory = await mkdtemp(join(tmpdir(), "crossdock-statements-"));
  const thread = await startDatabaseThread(join(directory, "pgdata"));
  const execute = withPreparedStatements((bytes) => thread.execute(bytes), 2);
  for (const sql of ["select 1 + $1::int", "select 2 + $1::int", "select 3 + $1::int"]) {
    for (let time = 0; time < 3; time += 1) await execute(extendedQuery(sql, "4"));
  }
  const listed = await thread.execute(simpleQuery("select statement from pg_prepared_statements"));
  const told = Buffer.from(listed).toString("latin1");
  expect(told).not.toContain("select 1 + $1::int");
  expect(told).toContain("select 2 + $1::int");
  expect(told).toContain("select 3 + $1::int");
  await thread.close();
  await rm(directory, { recursive: true, force: true });
});

/** As a driver sends it: parse, bind, describe, execute, sync. */
function extendedQuery(sql: string, value: string): Uint8Array {
  const number = (bytes: 2 | 4, of: number) => {
    const buffer = Buffer.alloc(bytes);
    buffer.writeUIntBE(of, 0, bytes);
    return buffer;
  };
  const message = (type: string, ...parts: readonly Buffer[]) => {
    const body = Buffer.concat(parts);
    return Buffer.concat([Buffer.from(type), number(4, body.length + 4), body]);
  };
  return Buffer.concat([
    message("P", Buffer.from(`\0${sql}\0`), number(2, 0)),
    message(
      "B",
      Buffer.from("\0\0"),
      number(2, 0),
      number(2, 1),
      number(4, value.length),
      Buffer.from(value),
      number(2, 0),
    ),
    message("D", Buffer.from("P\0")),
    message("E", Buffer.from("\0"), number(4, 0)),
    message("S"),
  ]);
}
