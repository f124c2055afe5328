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
  /** Of write-ahead log since the last checkpoint: then one is due, and waits for a moment in which nobody asks for anything. */
  readonly checkpointAfterBytes: number;
  /** So much it is at most, whoever asks for something: recovery takes a second or two for it. */
  readonly checkpointAtBytes: number;
};

const MEGABYTE = 1024 * 1024;
const LIMITS: HousekeepingLimits = {
  lookEveryMs: 2_000,
  vacuumEveryMs: 5 * 60_000,
  checkpointEveryMs: 5 * 60_000,
  checkpointAfterBytes: 32 * MEGABYTE,
  checkpointAtBytes: 128 * MEGABYTE,
};
/** Who asked nothing for so long mostly goes on to: a checkpoint takes the session for a tenth of a second. */
const QUIET_MS = 100;
/** A checkpoint that is due by its age waits as long again for a quiet moment. */
const PATIENCE = 2;

const WAL_SINCE_CHECKPOINT = `
  select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::float8 as bytes from pg_control_checkpoint()`;

/** One by one, the small ones first: all of them in one statement would hold the only session for as long as all of them take. */
const TABLES_TO_VACUUM = `
  select oid::regclass::text as name from pg_class
  where relkind = 'r' and relpersistence <> 't' order by relpages`;

/**
 * @param quietMs for how long nobody whom somebody waits for has asked for anything
 * @returns stops it, and waits for the round that is under way
 */
export function keepHouse(
  pool: LedgerPool,
  logger: Logger,
  quietMs: () => number,
  limits: HousekeepingLimits = LIMITS,
): { stop(): Promise<void> } {
  let vacuumedMs = performance.now();
  let checkpointedMs = performance.now();
  let round: Promise<void> | null = null;
  let stopping = false;

  async function vacuum(): Promise<void> {
    const { rows } = await pool.query<{ name: string }>(TABLES_TO_VACUUM);
    for (const { name } of rows) {
      if (stopping) return;
      await pool.query(`vacuum ${name}`);
      await pool.query(`analyze ${name}`);
    }
  }

  async function look(): Promise<void> {
    const nowMs = performance.now();
    const { rows } = await pool.query<{ bytes: number }>(WAL_SINCE_CHECKPOINT);
    const bytes = rows[0]?.bytes ?? 0;
    const sinceMs = bytes > 0 ? nowMs - checkpointedMs : 0;
    const isDue = bytes > limits.checkpointAfterBytes || sinceMs > limits.checkpointEveryMs;
    const mustBe =
      bytes > limits.checkpointAtBytes || sinceMs > limits.checkpointEveryMs * PATIENCE;
    if (mustBe || (isDue && quietMs() >= QUIET_MS)) {
      await pool.query("checkpoint");
      checkpointedMs = nowMs;
    }
    if (nowMs - vacuumedMs > limits.vacuumEveryMs) {
      await vacuum();
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
      stopping = true;
      await round;
    },
  };
}
