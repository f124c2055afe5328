import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@crossdock/runtime";
import { LedgerClosedError } from "../errors.ts";
import { createLedgerPool } from "../ledger-pool.ts";
import type { LedgerPool } from "../ledger-pool.ts";
import { startDatabaseThread } from "./database-thread.ts";
import { lockDirectory } from "./directory-lock.ts";
import { keepHouse } from "./housekeeping.ts";
import { withPreparedStatements } from "./prepared-statements.ts";
import { createSessionStream } from "./session-stream.ts";
import { longHoldsTo } from "./session-hold.ts";
import { createSharedSession } from "./shared-session.ts";

export type EmbeddedStore = {
  readonly pool: LedgerPool;
  /** Of the same session, for work that lets others go first. */
  readonly backgroundPool: LedgerPool;
  readonly close: () => Promise<void>;
};

/** Connections cost nothing here, and each listener of the queue keeps one for itself. */
const CONNECTIONS = 64;
/** How long a transaction under way may take to end when the ledger closes. */
const CLOSE_GRACE_MS = 1_000;
/** Where the database's files are in a data directory. */
export const CLUSTER_FOLDER = "pgdata";

/**
 * PGlite in its own thread behind a `pg.Pool`.
 * @param options.onEnd called when the database's thread ends by itself; every query fails from then on
 * @throws {DirectoryInUseError} before anything is opened
 * @throws {Error} NotDurableError by name, when commits do not reach the disk
 */
export async function openEmbedded(options: {
  readonly dataDir: string;
  readonly logger: Logger;
  readonly onEnd: (error: Error) => void;
}): Promise<EmbeddedStore> {
  const { dataDir, logger, onEnd } = options;
  const startedMs = performance.now();
  const lock = lockDirectory(dataDir);
  const thread = await startDatabaseThread(join(dataDir, CLUSTER_FOLDER)).catch(
    (error: unknown) => {
      lock.release();
      throw error;
    },
  );
  logger.info(
    { dataDir, startMs: Math.round(performance.now() - startedMs) },
    "embedded ledger opened",
  );

  const execute = withPreparedStatements((bytes) => thread.execute(bytes));
  const onHold = longHoldsTo(logger);
  const session = createSharedSession({
    execute,
    logger,
    ...(onHold === null ? {} : { onHold }),
  });
  let closing = false;
  const [pool, backgroundPool] = [false, true].map((isBackground) => {
    const made = createLedgerPool({
      max: CONNECTIONS,
      idleTimeoutMillis: 0,
      stream: () => createSessionStream(session, isBackground),
    });
    made.on("error", ({ message }) => {
      if (!closing) logger.warn({ reason: message }, "a ledger connection was lost");
    });
    return made;
  }) as [LedgerPool, LedgerPool];
  const housekeeping = keepHouse(backgroundPool, logger, () => session.quietMs());
  void thread.ended.then((error) => {
    session.end(error);
    lock.release();
    if (!closing) onEnd(error);
  });

  return {
    pool,
    backgroundPool,
    close: async () => {
      closing = true;
      await housekeeping.stop();
      // Ends who is idle in order, and waits for who holds a connection, but not for long.
      const ended = Promise.all(
        [pool, backgroundPool].filter(({ ending }) => !ending).map((open) => open.end()),
      );
      await Promise.race([ended, sleep(CLOSE_GRACE_MS, undefined, { ref: false })]);
      session.end(new LedgerClosedError("the process is stopping."));
      await thread.close();
    },
  };
}
