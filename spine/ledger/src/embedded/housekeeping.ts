import type { Logger } from "@crossdock/runtime";
import type { LedgerPool } from "../ledger-pool.ts";

/**
 * What a PostgreSQL server does in the background and a single session does not: nobody vacuums, and
 * nobody checkpoints when the write-ahead log grows, so that recovery would take ever longer.
 */
export type HousekeepingLimits = {
  readonly lookEveryMs: number;
  readonly vacuumEveryMs: number;
  readonly checkpointEveryMs: number;
  /** Of write-ahead log since the last checkpoint. */
  readonly checkpointAfterBytes: number;
};

const LIMITS: HousekeepingLimits = {
  lookEveryMs: 10_000,
  vacuumEveryMs: 5 * 60_000,
  checkpointEveryMs: 5 * 60_000,
  checkpointAfterBytes: 32 * 1024 * 1024,
};

const WAL_SINCE_CHECKPOINT = `
  select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::float8 as bytes from pg_control_checkpoint()`;

/** @returns stops it, and waits for the round that is under way */
export function keepHouse(
  pool: LedgerPool,
  logger: Logger,
  limits: HousekeepingLimits = LIMITS,
): { stop(): Promise<void> } {
  let vacuumedMs = performance.now();
  let checkpointedMs = performance.now();
  let round: Promise<void> | null = null;

  async function look(): Promise<void> {
    const nowMs = performance.now();
    const { rows } = await pool.query<{ bytes: number }>(WAL_SINCE_CHECKPOINT);
    const bytes = rows[0]?.bytes ?? 0;
    if (
      bytes > limits.checkpointAfterBytes ||
      (bytes > 0 && nowMs - checkpointedMs > limits.checkpointEveryMs)
    ) {
      await pool.query("checkpoint");
      checkpointedMs = nowMs;
    }
    if (nowMs - vacuumedMs > limits.vacuumEveryMs) {
      await pool.query("vacuum (analyze)");
      vacuumedMs = nowMs;
    }
  }

  const timer = setInterval(() => {
    round ??= look()
      .catch((error: unknown) => {
        logger.warn({ err: error }, "ledger housekeeping failed");
      })
      .finally(() => (round = null));
  }, limits.lookEveryMs);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await round;
    },
  };
}
