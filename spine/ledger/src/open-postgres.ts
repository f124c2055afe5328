import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@crossdock/runtime";
import { createLedgerPool, SEARCH_PATH } from "./ledger-pool.ts";
import type { LedgerPool } from "./ledger-pool.ts";

const CONNECT_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 5_000;
/** Reached only by a fault, such as a call to another system inside of a transaction. */
const IDLE_IN_TRANSACTION_LIMIT_MS = 15_000;

/**
 * A pool of connections to a PostgreSQL server, version 15 or later.
 * @throws {Error} when the server cannot be reached
 */
export async function openPostgres(options: {
  readonly url: string;
  readonly maxConnections: number;
  readonly logger: Logger;
}): Promise<{
  readonly pool: LedgerPool;
  readonly backgroundPool: LedgerPool;
  readonly close: () => Promise<void>;
}> {
  const pool = createLedgerPool({
    connectionString: options.url,
    max: options.maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: "crossdock",
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_LIMIT_MS,
    // Compiling a statement takes longer than any of ours.
    options: `-c search_path=${SEARCH_PATH} -c timezone=UTC -c jit=off`,
  });
  pool.on("error", ({ message }) => {
    options.logger.warn({ reason: message }, "a ledger connection was lost");
  });
  try {
    await pool.query("select 1");
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    pool,
    backgroundPool: pool,
    close: async () => {
      if (pool.ending) return;
      // Waits for who holds a connection, but not for ever.
      await Promise.race([pool.end(), sleep(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
    },
  };
}
