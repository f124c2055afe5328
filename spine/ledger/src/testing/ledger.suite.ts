import { sql } from "kysely";
import type { Ledger } from "../ledger.ts";
import type { TestLedger } from "./test-ledger.ts";

/** What holds on both stores. */
export function ledgerSuite(open: () => Promise<TestLedger>): void {
  let test_: TestLedger;
  let ledger: Ledger;

  beforeAll(async () => {
    test_ = await open();
    ledger = test_.ledger;
    await sql`create table notes (id text primary key, body text)`.execute(ledger.db);
  });
  afterAll(() => test_.close());

  const count = async (id: string) =>
    (await ledger.pool.query("select 1 from notes where id = $1", [id])).rowCount;
  const write = (id: string) => sql`insert into notes (id) values (${id})`;

  test("columns read in the same types", async () => {
    const { rows } = await ledger.pool.query(`
      select 9007199254740993::int8 as big, 12.340::numeric as price, '\\x00ff'::bytea as bytes,
        '2026-11-21T08:15:30.123+02'::timestamptz as at, date '2026-03-29' as "shipOn",
        array[date '2026-03-29'] as days, '{"a":[1,null]}'::jsonb as data, 7::int4 as small, true as yes`);
    expect(rows).toEqual([
      {
        big: "9007199254740993",
        price: "12.340",
        bytes: Buffer.from([0, 255]),
        at: new Date("2026-11-21T06:15:30.123Z"),
        shipOn: "2026-03-29",
        days: ["2026-03-29"],
        data: { a: [1, null] },
        small: 7,
        yes: true,
      },
    ]);
  });

  test("the session's zone is UTC", async () => {
    const { rows } = await ledger.pool.query("show timezone");
    expect(rows).toEqual([{ TimeZone: "UTC" }]);
  });

  test("a transaction that throws leaves nothing", async () => {
    const failed = ledger.transaction(async (trx) => {
      await write("rolled-back").execute(trx);
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect(await count("rolled-back")).toBe(0);
  });

  test("a statement that fails carries the SQL state, and the connection works on", async () => {
    await write("once").execute(ledger.db);
    await expect(write("once").execute(ledger.db)).rejects.toMatchObject({ code: "23505" });
    expect(await count("once")).toBe(1);
  });

  test("concurrent transactions on one row lose no update", async () => {
    await sql`insert into notes values ('counter', '0')`.execute(ledger.db);
    const increment = () =>
      ledger.transaction(async (trx) => {
        const { rows } = await sql<{ body: string }>`
          select body from notes where id = 'counter' for update`.execute(trx);
        await sql`update notes set body = ${String(Number(rows[0]?.body) + 1)} where id = 'counter'`.execute(
          trx,
        );
      });
    await Promise.all(Array.from({ length: 40 }, increment));
    const { rows } = await ledger.pool.query("select body from notes where id = 'counter'");
    expect(rows).toEqual([{ body: "40" }]);
  });

  test("a notification sent in a transaction is heard after its commit, by every listener of its channel", async () => {
    const heard: string[] = [];
    const rung = new Promise<void>((resolve) => {
      void ledger.listen("bell", (payload) => {
        heard.push(`first ${payload}`);
      });
      void ledger.listen("bell", (payload) => {
        heard.push(`second ${payload}`);
        if (payload === "end") resolve();
      });
    });
    await ledger.listen("other", (payload) => heard.push(`other ${payload}`));
    await ledger
      .transaction(async (trx) => {
        await sql`select pg_notify('bell', 'rolled back')`.execute(trx);
        throw new Error("no");
      })
      .catch(() => undefined);
    await ledger.transaction(async (trx) => {
      await sql`select pg_notify('bell', 'committed')`.execute(trx);
      heard.push("still open");
    });
    await ledger.notify("bell", "end");
    await rung;
    expect(heard).toEqual([
      "still open",
      "first committed",
      "second committed",
      "first end",
      "second end",
    ]);
  });

  test("who stops listening hears no more, the others do", async () => {
    const heard: string[] = [];
    const stop = await ledger.listen("quiet", () => heard.push("gone"));
    await stop();
    await new Promise<void>((resolve) => {
      void ledger
        .listen("quiet", () => {
          heard.push("there");
          resolve();
        })
        .then(() => ledger.notify("quiet", ""));
    });
    expect(heard).toEqual(["there"]);
  });

  test("migrating again, and twice at once, changes nothing", async () => {
    const applied = async () =>
      (await ledger.pool.query("select * from kysely_migration order by name")).rows;
    const before = await applied();
    await Promise.all([ledger.migrate(), ledger.migrate()]);
    expect(before.length).toBeGreaterThan(0);
    expect(await applied()).toEqual(before);
  });

  test("a database that a later release has migrated further is taken as it is", async () => {
    await sql`insert into kysely_migration values ('9999-later', now()::text)`.execute(ledger.db);
    await ledger.migrate();
    await sql`delete from kysely_migration where name = '9999-later'`.execute(ledger.db);
  });

  test("our tables stay out of the public schema", async () => {
    const { rows } = await ledger.pool.query("select 1 from pg_tables where schemaname = 'public'");
    expect(rows).toEqual([]);
  });
}
