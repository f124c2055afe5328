import type { Logger } from "@crossdock/runtime";
import { Kysely, PostgresDialect } from "kysely";
import type { Transaction } from "kysely";
import { openEmbedded } from "./embedded/open-embedded.ts";
import type { LedgerPool } from "./ledger-pool.ts";
import { migrateToLatest } from "./migrate.ts";
import { createNotifications } from "./notifications.ts";
import type { OnNotify } from "./notifications.ts";
import { openPostgres } from "./open-postgres.ts";
import type { LedgerTables } from "./tables/ledger-tables.ts";

export type LedgerTransaction = Transaction<LedgerTables>;

/** The durable truth: commands, events, cross-reference, projections. PostgreSQL, embedded or a server. */
export interface Ledger {
  /**
   * The same ledger for work that nobody waits for: feeds, relays, workers, the queue. An embedded ledger's
   * one session serves others first, for a tenth of a second at most; a server has connections for all.
   */
  readonly background: Ledger;
  readonly kind: "embedded" | "postgres";
  readonly db: Kysely<LedgerTables>;
  /** For what brings its own SQL, such as BullMQ. Session state is shared in an embedded ledger. */
  readonly pool: LedgerPool;
  /**
   * Commits when `work` resolves, rolls back when it throws. Read committed. Keep it short, and never call
   * another system inside: an embedded ledger has one session, which the transaction holds.
   */
  transaction<T>(work: (trx: LedgerTransaction) => Promise<T>): Promise<T>;
  /**
   * A doorbell: see `Notifications.listen`.
   * @returns stops listening
   */
  listen(channel: string, onNotify: OnNotify): Promise<() => Promise<void>>;
  /**
   * Rings once per payload, in one statement.
   * @param payloads at most 8,000 bytes each: a position, never the data itself
   */
  notify(channel: string, ...payloads: readonly string[]): Promise<void>;
  /**
   * Brings the tables up to this code. Safe from many processes at once: one works, the others wait.
   * @throws {Error} what the failed migration threw; nothing of it remains
   */
  migrate(): Promise<void>;
  /** Lets what is under way end, for seconds at most; what has no answer then fails. Runs once. */
  close(): Promise<void>;
}

export type LedgerOptions =
  | {
      readonly kind: "embedded";
      /** Made when missing. One process at a time. */
      readonly dataDir: string;
      readonly logger: Logger;
      /** The database's thread died. Nothing works any more: end the process, a restart recovers. */
      readonly onEnd?: (error: Error) => void;
    }
  | {
      readonly kind: "postgres";
      readonly url: string;
      readonly logger: Logger;
      /** At least 2; each listener of the queue keeps one, and so does the event log's doorbell. */
      readonly maxConnections: number;
    };

/**
 * @throws {DirectoryInUseError} another process has the directory open
 * @throws {Error} the database does not start or cannot be reached
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { kind, logger } = options;
  const store =
    kind === "embedded" ? await openEmbedded(withOnEnd(options)) : await openPostgres(options);
  const close = once(() => store.close());
  const background = ledgerOver(kind, store.backgroundPool, logger, close);
  return ledgerOver(kind, store.pool, logger, close, background);
}

/** @param background itself when left out */
function ledgerOver(
  kind: Ledger["kind"],
  pool: LedgerPool,
  logger: Logger,
  closeStore: () => Promise<void>,
  background?: Ledger,
): Ledger {
  const db = new Kysely<LedgerTables>({ dialect: new PostgresDialect({ pool }) });
  const notifications = createNotifications(pool, logger);
  return {
    kind,
    db,
    pool,
    get background() {
      return background ?? this;
    },
    transaction: (work) => db.transaction().execute(work),
    listen: (channel, onNotify) => notifications.listen(channel, onNotify),
    notify: async (channel, ...payloads) => {
      await pool.query("select pg_notify($1, payload) from unnest($2::text[]) as given (payload)", [
        channel,
        payloads,
      ]);
    },
    migrate: () => migrateToLatest(db, pool),
    close: async () => {
      notifications.close();
      if (background !== undefined) await background.close();
      await closeStore();
    },
  };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let under: Promise<void> | null = null;
  return () => (under ??= work());
}

function withOnEnd(options: Extract<LedgerOptions, { kind: "embedded" }>) {
  const { dataDir, logger } = options;
  const onEnd =
    options.onEnd ??
    ((error: Error) => {
      logger.fatal({ err: error }, "the embedded ledger ended");
    });
  return { dataDir, logger, onEnd };
}
