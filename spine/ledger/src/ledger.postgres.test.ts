import { randomUUID } from "node:crypto";
import { createLogger } from "@crossdock/runtime";
import { sql } from "kysely";
import { Client } from "pg";
import { openLedger } from "./ledger.ts";
import { openTestPostgres } from "./testing/index.ts";
import { ledgerSuite } from "./testing/ledger.suite.ts";

const serverUrl = process.env["DATABASE_URL"] ?? "DATABASE_URL is not set";

describe("ledger on PostgreSQL", () => {
  ledgerSuite(() => openTestPostgres(serverUrl));
});

test("four processes that migrate an empty database at once all find it migrated", async () => {
  const database = `crossdock_test_${randomUUID().replaceAll("-", "")}`;
  const admin = new Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`create database ${database}`);
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  const logger = createLogger({ name: "test", level: "silent" });
  const ledgers = await Promise.all(
    Array.from({ length: 4 }, () =>
      openLedger({ kind: "postgres", url: url.href, maxConnections: 3, logger }),
    ),
  );
  await Promise.all(ledgers.map((ledger) => ledger.migrate()));
  const counts = await Promise.all(
    ledgers.map((ledger) => ledger.pool.query("select 1 from event_log_state")),
  );
  expect(counts.map(({ rowCount }) => rowCount)).toEqual([1, 1, 1, 1]);
  await Promise.all(ledgers.map((ledger) => ledger.close()));
  await admin.query(`drop database ${database} with (force)`);
  await admin.end();
});

test("a listener hears again after its connection was cut", async () => {
  const opened = await openTestPostgres(serverUrl);
  const { ledger } = opened;
  let ring: () => void = () => undefined;
  await ledger.listen("bell", () => {
    ring();
  });
  await ledger.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  const rung = new Promise<void>((resolve) => (ring = resolve));
  const ringing = setInterval(() => {
    ledger.notify("bell", "").catch(() => undefined);
  }, 50);
  await rung;
  clearInterval(ringing);
  await opened.close();
});

test("a transaction whose connection is cut fails, and the pool goes on", async () => {
  const opened = await openTestPostgres(serverUrl);
  const { ledger } = opened;
  const cut = ledger.transaction(async (trx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
    await ledger.pool.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
    await sql`select 1`.execute(trx);
  });
  await expect(cut).rejects.toThrow(/terminat|connection|ECONNRESET/i);
  expect((await ledger.pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  await opened.close();
});
