import { createLogger } from "@crossdock/runtime";
import { openTestLedger } from "../testing/index.ts";
import { keepHouse } from "./housekeeping.ts";

test("a write-ahead log that has grown is checkpointed, and dead rows are vacuumed", async () => {
  const { ledger, close } = await openTestLedger();
  const { pool } = ledger;
  await pool.query("create table busy as select n from generate_series(1, 500) n");
  await pool.query("update busy set n = n + 1");
  const redo = async () =>
    (await pool.query<{ redo: string }>("select redo_lsn as redo from pg_control_checkpoint()"))
      .rows[0]?.redo;
  const before = await redo();
  const housekeeping = keepHouse(pool, createLogger({ name: "test", level: "silent" }), {
    lookEveryMs: 1,
    vacuumEveryMs: 0,
    checkpointEveryMs: 3_600_000,
    checkpointAfterBytes: 1,
  });
  const isDone = async () => {
    const { rows } = await pool.query<{ pages: number }>(
      "select relallvisible as pages from pg_class where relname = 'busy'",
    );
    return (rows[0]?.pages ?? 0) > 0 && (await redo()) !== before;
  };
  while (!(await isDone())); // a housekeeper that does nothing is caught by the test's time limit
  await housekeeping.stop();
  await close();
});
