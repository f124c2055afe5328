import { createLogger } from "@crossdock/runtime";
import { openTestLedger } from "../testing/index.ts";
import type { LedgerPool } from "../ledger-pool.ts";
import { keepHouse, type HousekeepingLimits } from "./housekeeping.ts";

const logger = createLogger({ name: "test", level: "silent" });
const EAGER: HousekeepingLimits = {
  lookEveryMs: 1,
  vacuumEveryMs: 0,
  checkpointEveryMs: 3_600_000,
  checkpointAfterBytes: 1,
  checkpointAtBytes: 1e12,
};
const redoOf = async (pool: LedgerPool) =>
  (await pool.query<{ redo: string }>("select redo_lsn as redo from pg_control_checkpoint()"))
    .rows[0]?.redo;

test("a write-ahead log that has grown is checkpointed, and dead rows are vacuumed", async () => {
  const { ledger, close } = await openTestLedger();
  const { pool } = ledger;
  await pool.query("create table busy as select n from generate_series(1, 500) n");
  await pool.query("update busy set n = n + 1");
  const before = await redoOf(pool);
  const housekeeping = keepHouse(pool, logger, () => 1_000, EAGER);
  const isDone = async () => {
    const { rows } = await pool.query<{ pages: number }>(
      "select relallvisible as pages from pg_class where relname = 'busy'",
    );
    return (rows[0]?.pages ?? 0) > 0 && (await redoOf(pool)) !== before;
  };
  while (!(await isDone())); // a housekeeper that does nothing is caught by the test's time limit
  await housekeeping.stop();
  await close();
});

test("while somebody always asks for something a checkpoint waits until the log has grown too long", async () => {
  const { ledger, close } = await openTestLedger();
  const { pool } = ledger;
  await pool.query("create table busy as select n from generate_series(1, 500) n");
  const before = await redoOf(pool);
  const waiting = keepHouse(pool, logger, () => 0, EAGER);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await waiting.stop();
  expect(await redoOf(pool)).toBe(before);
  const overdue = keepHouse(pool, logger, () => 0, { ...EAGER, checkpointAtBytes: 1 });
  while ((await redoOf(pool)) === before); // as above
  await overdue.stop();
  await close();
});
