import { createLogger } from "@crossdock/runtime";
import { createSessionStream } from "./embedded/session-stream.ts";
import { createSharedSession } from "./embedded/shared-session.ts";
import { LedgerBusyError } from "./errors.ts";
import { createLedgerPool } from "./ledger-pool.ts";

test("who would be one too many in the queue for a connection is refused", async () => {
  const session = createSharedSession({
    execute: () => new Promise(() => undefined),
    logger: createLogger({ name: "test", level: "silent" }),
  });
  const pool = createLedgerPool({ max: 1, stream: () => createSessionStream(session, false) }, 2);
  pool.on("error", () => undefined);
  const holder = await pool.connect();
  const waiting = [pool.connect(), pool.connect()];
  await expect(pool.connect()).rejects.toThrow(LedgerBusyError);
  await expect(pool.query("select 1")).rejects.toThrow(LedgerBusyError);
  holder.release();
  for (const client of waiting) (await client).release();
  await pool.end();
});
