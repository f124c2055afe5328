import type { Logger } from "@crossdock/runtime";
import type { LedgerPool } from "../ledger-pool.ts";

/**
 * What a PostgreSQL server does in the background and a single session does not: nobody vacuums, and
 * nobody checkpoints when the write-ahead log grows, so that recovery would take ever longer.
 */
const LOOK_EVERY_MS = 10_000;
const VACUUM_EVERY_MS = 5 * 60_000;
const CHECKPOINT_EVERY_MS = 5 * 60_000;
const CHECKPOINT_AFTER_BYTES = 32 * 1024 * 1024;

const WAL_SINCE_CHECKPOINT = `
  select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::float8 as bytes from pg_control_checkpoint()`;

export function keepHouse(pool: LedgerPool, logger: Logger): { stop(): Promise<void> } {
  let vacuumedMs = performance.now();
  let checkpointedMs = performance.now();
  let round = Promise.resolve();

  async function look(): Promise<void> {
    const nowMs = performance.now();
    const { rows } = await pool.query<{ bytes: number }>(WAL_SINCE_CHECKPOINT);
    const bytes = rows[0]?.bytes ?? 0;
    if (
      bytes > CHECKPOINT_AFTER_BYTES ||
      (bytes > 0 && nowMs - checkpointedMs > CHECKPOINT_EVERY_MS)
    ) {
      await pool.query("checkpoint");
      checkpointedMs = nowMs;
    }
    if (nowMs - vacuumedMs > VACUUM_EVERY_MS) {
      await pool.query("vacuum (analyze)");
      vacuumedMs = nowMs;
    }
  }

  const timer = setInterval(() => {
    round = round.then(look).catch((error: unknown) => {
      logger.warn({ err: error }, "ledger housekeeping failed");
    });
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      return round;
    },
  };
}
